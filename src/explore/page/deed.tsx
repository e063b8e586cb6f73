import { DECISIONS } from '../../../spec/kernels/decisions.ts';
import type { TimelineRow } from '../model/timeline.ts';

/** What KVM did in a step: the function that took it up, the requests it raised, the decisions that acted. */
export function Deed({ row: { event, isFault, handler, requests, consulted }, name }: DeedProps) {
  return (
    <div class="did">
      {name !== null && event !== null && <span class="of">{name}</span>}
      {event !== null &&
        (handler === null ? (
          <i class="nothing">{isFault ? '#GP' : 'no exit'}</i>
        ) : (
          handler !== undefined && <code>{handler}</code>
        ))}
      {requests.map((request) => (
        <span key={request} class="tag request" title="a request that the handler raised">
          {request}
        </span>
      ))}
      {consulted
        .filter(({ acted }) => acted)
        .map(({ decision, value }) => (
          <span key={decision} class="tag decided" title={docOf(decision, value)}>
            {decision}={value}
          </span>
        ))}
    </div>
  );
}

interface DeedProps {
  readonly row: TimelineRow;
  /** The kernel's, where there are two. */
  readonly name: string | null;
}

/** What is decided, and how. */
export function docOf(decision: keyof typeof DECISIONS, value: string): string {
  const { doc, values } = DECISIONS[decision];
  return `${doc}: ${(values as Readonly<Record<string, string>>)[value]}`;
}
