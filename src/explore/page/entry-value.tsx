import type { EntryPicture } from '../../picture/picture.ts';
import { Term } from './term.tsx';

/** What an entry holds: a frame, or a link that leads to the page that it links to. */
export function EntryValue({ entry: { value, isLink } }: { entry: EntryPicture }) {
  if (value === null) return <span class="value">none</span>;
  if (!isLink)
    return (
      <span class="value">
        <Term name={value} />
      </span>
    );
  return (
    <button
      type="button"
      class="link value follow"
      aria-label={`to ${value}`}
      data-term={value}
      onClick={({ currentTarget }) => follow(currentTarget, value)}
    >
      → {value}
    </button>
  );
}

/** Leads to a page among the tables of the same picture, of which there may be two side by side. */
function follow(from: HTMLElement, page: string): void {
  const heads = from.closest('.levels')?.querySelectorAll<HTMLElement>('[data-page]') ?? [];
  const head = [...heads].find(({ dataset }) => dataset.page === page);
  head?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  head?.focus({ preventScroll: true });
}
