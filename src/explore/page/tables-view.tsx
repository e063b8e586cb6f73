import { useRef } from 'preact/hooks';
import type {
  EntryPicture,
  Picture,
  ShadowEntryPicture,
  ShadowPicture,
  TablePicture,
} from '../../picture/picture.ts';
import { Connectors } from './connectors.tsx';
import { ChangedMark, classes, StaleMark } from './marks.tsx';

interface TablesViewProps {
  readonly picture: Picture;
  readonly changed: ReadonlySet<string>;
}

/** The guest's page tables, a column a level or, where there is much, a row, and beside each what shadows it. Lines
 * follow the links. */
export function TablesView({ picture, changed }: TablesViewProps) {
  const field = useRef<HTMLDivElement>(null);
  const levels = [...new Set(picture.tables.map(({ level }) => level))].sort((one, other) => other - one);
  return (
    <section class="tables" aria-label="page tables and their shadows">
      <h3>Page tables and their shadows</h3>
      <div class="scrolls">
        <div class={isWide(picture.tables) ? 'levels stacked' : 'levels'} ref={field}>
          <Connectors field={field} picture={picture} />
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
          <th scope="col" class={classes('guest-page', changed.has(key))} data-page={page}>
            {page} <span class="kind">guest</span>
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
    <th scope="col" class={classes(unsync ? 'shadow-page unsync' : 'shadow-page', isChanged)} data-page={id}>
      {id} <span class="kind">shadow</span>
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

function GuestCell({ entry: { value, isLink }, isChanged }: { entry: EntryPicture; isChanged: boolean }) {
  return (
    <td class={classes('entry', isChanged)} data-links={isLink ? value : undefined}>
      <span class="value">{value === null ? 'none' : isLink ? `→ ${value}` : value}</span>
      <ChangedMark isChanged={isChanged} />
    </td>
  );
}

function ShadowCell({ entry, isChanged }: { entry: ShadowEntryPicture; isChanged: boolean }) {
  const { value, isLink, unsyncChild, behind, stale } = entry;
  return (
    <td class={classes('entry shadowed', isChanged, stale)} data-links={isLink ? value : undefined}>
      <span class="value">{value === null ? 'none' : isLink ? `→ ${value}` : value}</span>
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
