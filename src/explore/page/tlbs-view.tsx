import type { TagPicture, TlbEntryPicture } from '../../picture/picture.ts';
import { ChangedMark, classes, StaleMark } from './marks.tsx';
import { Term } from './term.tsx';

interface TlbColumnsProps {
  readonly tags: readonly TagPicture[];
  readonly changed: ReadonlySet<string>;
  /** What tells it from others on the page, to be put behind a name. */
  readonly whose: string;
}

/** Both TLBs side by side, a row for each PCID; the hardware's is in the vTLB, the guest's is what judges it. */
export function TlbColumns({ tags, changed, whose }: TlbColumnsProps) {
  const rows = { gridRow: `2 / span ${tags.length + 1}` };
  const column = (side: 'hardware' | 'guest') =>
    tags.map((tag) => <TagCell key={tag.tag} tag={tag} entries={tag[side]} changed={changed} side={side} />);
  return (
    <>
      <section class="tlb hardware framed" style={rows} aria-label={`hardware TLB, in the vTLB${whose}`}>
        <h3>
          hardware TLB <small>may hold</small>
        </h3>
        {column('hardware')}
      </section>
      <section class="tlb guest" style={rows} aria-label={`guest TLB${whose}`}>
        <h3>
          guest TLB <small>could hold, by the contract</small>
        </h3>
        {column('guest')}
      </section>
    </>
  );
}

interface TagCellProps {
  readonly tag: TagPicture;
  readonly entries: readonly TlbEntryPicture[];
  readonly changed: ReadonlySet<string>;
  readonly side: 'hardware' | 'guest';
}

function TagCell({ tag: { tag, active }, entries, changed, side }: TagCellProps) {
  return (
    <div class={active ? 'tag-row active' : 'tag-row'}>
      <p class="pcid">
        {tag === 'global' ? 'global' : `PCID ${tag}`}
        {active && <span class="tag">{tag === 'global' ? 'any PCID' : 'active'}</span>}
      </p>
      <ul>
        {entries.map((entry) => (
          <Entry key={entry.key} entry={entry} isChanged={changed.has(entry.key)} side={side} />
        ))}
        {entries.length === 0 && <li class="nothing">nothing</li>}
      </ul>
    </div>
  );
}

interface EntryProps {
  readonly entry: TlbEntryPicture;
  readonly isChanged: boolean;
  readonly side: 'hardware' | 'guest';
}

function Entry({ entry: { page, frame, stale, inVtlb }, isChanged, side }: EntryProps) {
  const unreachable = side === 'hardware' && !inVtlb;
  return (
    <li class={classes(unreachable ? 'translation unreachable' : 'translation', isChanged, stale)}>
      <span class="value">
        <Term name={page} /> → <Term name={frame} />
      </span>
      {unreachable && <span class="tag">out of reach</span>}
      <StaleMark stale={stale} />
      <ChangedMark isChanged={isChanged} />
    </li>
  );
}
