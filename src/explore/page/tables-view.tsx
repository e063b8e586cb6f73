import { useRef } from 'preact/hooks';
import type {
  EntryPicture,
  Picture,
  ShadowEntryPicture,
  ShadowPicture,
  TablePicture,
} from '../../picture/picture.ts';
import { Connectors } from './connectors.tsx';
import { EntryValue } from './entry-value.tsx';
import { useFollowed } from './followed.ts';
import { ChangedMark, classes, StaleMark } from './marks.tsx';
import { Term } from './term.tsx';

interface TablesViewProps {
  readonly picture: Picture;
  readonly changed: ReadonlySet<string>;
  /** What tells it from others on the page, to be put behind a name. */
  readonly whose: string;
}

/** The guest's page tables, a column a level or, where there is much, a row, and beside each what shadows it. Lines
 * follow the links. */
export function TablesView({ picture, changed, whose }: TablesViewProps) {
  const field = useRef<HTMLDivElement>(null);
  const followed = useFollowed(field);
  const levels = [...new Set(picture.tables.map(({ level }) => level))].sort((one, other) => other - one);
  return (
    <section class="tables" aria-label={`page tables and their shadows${whose}`}>
      <h3>Page tables and their shadows</h3>
      <div class="scrolls">
        <div class={isWide(picture.tables) ? 'levels stacked' : 'levels'} ref={field}>
          <Connectors field={field} picture={picture} followed={followed} />
          {levels.map((level) => (
            <div key={level} class="level">
              <p class="level-name">level {level}</p>
              {picture.tables
                .filter((table) => table.level === level)
                .map((table) => (
                  <Table key={table.page} table={table} changed={changed} />
                ))}
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

/** Whether the levels do not fit beside each other: where there are three, or shadow pages of several roles. */
function isWide(tables: readonly TablePicture[]): boolean {
  return tables.some(({ level, shadows }) => level > 2 || shadows.length > 1);
}

function Table({ table, changed }: { table: TablePicture; changed: ReadonlySet<string> }) {
  const { key, page, global, writable, entries, shadows } = table;
  return (
    <table class="page-table">
      <thead>
        <tr>
          <td />
          <th scope="col" class={classes('guest-page', changed.has(key))} data-page={page} tabIndex={-1}>
            <Term name={page} /> <span class="kind">guest</span>
            {global && <span class="tag">global</span>}
            {writable && (
              <span class="tag" title="the guest stores to it without an exit">
                writable
              </span>
            )}
          </th>
          {shadows.map((shadow) => (
            <ShadowHead key={shadow.id} shadow={shadow} isChanged={changed.has(shadow.key)} />
          ))}
          {shadows.length === 0 && (
            <th scope="col" class="no-shadow">
              no shadow
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry, i) => (
          <tr key={entry.key}>
            <th scope="row">{entry.name}</th>
            <GuestCell entry={entry} isChanged={changed.has(entry.key)} />
            {shadows.map((shadow) => {
              const shadowed = shadow.entries[i] as ShadowEntryPicture;
              return <ShadowCell key={shadow.id} entry={shadowed} isChanged={changed.has(shadowed.key)} />;
            })}
            {shadows.length === 0 && <td class="no-shadow" />}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ShadowHead({ shadow, isChanged }: { shadow: ShadowPicture; isChanged: boolean }) {
  const { id, unsync, obsolete, writeFloodingCount, heldBy } = shadow;
  return (
    <th
      scope="col"
      class={classes(unsync ? 'shadow-page unsync' : 'shadow-page', isChanged)}
      data-page={id}
      tabIndex={-1}
    >
      <Term name={id} /> <span class="kind">shadow</span>
      <span class={unsync ? 'tag unsync' : 'tag'}>{unsync ? 'unsync' : 'synced'}</span>
      {obsolete && <span class="tag">obsolete</span>}
      {heldBy.map((holder) => (
        <span key={holder} class="tag held">
          {holder}
        </span>
      ))}
      {writeFloodingCount > 0 && (
        <span class="tag" title="emulated stores since a walk last used it">
          {writeFloodingCount} emulated
        </span>
      )}
      <ChangedMark isChanged={isChanged} />
    </th>
  );
}

function GuestCell({ entry, isChanged }: { entry: EntryPicture; isChanged: boolean }) {
  const { key, value, isLink } = entry;
  return (
    <td class={classes('entry', isChanged)} data-entry={key} data-links={isLink ? value : undefined}>
      <EntryValue entry={entry} />
      <ChangedMark isChanged={isChanged} />
    </td>
  );
}

function ShadowCell({ entry, isChanged }: { entry: ShadowEntryPicture; isChanged: boolean }) {
  const { key, value, isLink, unsyncChild, behind, stale } = entry;
  return (
    <td
      class={classes('entry shadowed', isChanged, stale)}
      data-entry={key}
      data-links={isLink ? value : undefined}
    >
      <EntryValue entry={entry} />
      {unsyncChild && (
        <span class="tag unsync" title="something below may be unsync">
          marked
        </span>
      )}
      {behind && stale === null && (
        <span class="tag asleep" title="the guest's entry says something else by now">
          behind
        </span>
      )}
      <StaleMark stale={stale} />
      <ChangedMark isChanged={isChanged} />
    </td>
  );
}
