import { explain } from '../model/explain.ts';

interface TermProps {
  readonly name: string;
  /** Whether the Tab key stops at it; in long tables it does so in the row alone that is shown. */
  readonly isStop?: boolean;
}

/** A name that explains itself when it is pointed at or has the focus. */
export function Term({ name, isStop = true }: TermProps) {
  if (explain(name) === null) return <>{name}</>;
  return (
    <span class="term" data-term={name} tabIndex={isStop ? 0 : undefined}>
      {name}
    </span>
  );
}
