import { signal, useComputed } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ColumnGroup, TimelineRow } from '../model/timeline.ts';
import { Deed } from './deed.tsx';
import { jump, kernelNames, link, parted, timelines } from './state.ts';
import { TimelineCell } from './timeline-cell.tsx';

/** Whether pages are shown in which no step changes anything. */
const showsStill = signal(false);

/**
 * The trace along its steps: a row a step, a column for each thing to watch. Drawn once for a trace; a step to another
 * row draws these two rows alone.
 */
export function TimelineView() {
  const [{ groups, rows } = { groups: [], rows: [] }] = timelines.value;
  const still = groups.filter(({ isStill }) => isStill);
  const kept = groups.map(({ isStill }) => showsStill.value || !isStill);
  const isKept = (_: unknown, g: number) => kept[g];
  return (
    <section class="panel timeline" aria-labelledby="timeline-heading">
      <div class="bar">
        <h2 id="timeline-heading">
          Trace <small>{kernelNames.value.join(' beside ')}</small>
        </h2>
        {still.length > 0 && (
          <button
            type="button"
            aria-pressed={showsStill.value}
            onClick={() => {
              showsStill.value = !showsStill.value;
            }}
          >
            What never changes: {still.map(({ name }) => name).join(', ')}
          </button>
        )}
      </div>
      <section class="axis" aria-label="steps of the trace">
        <table>
          <Head groups={groups.filter(isKept)} />
          <tbody>
            {rows.map((row) => (
              <Row key={row.at} at={row.at} isKept={isKept} />
            ))}
          </tbody>
        </table>
      </section>
      {rows.length === 1 && (
        <p class="hint">Click an event to take the first step, or begin with an example.</p>
      )}
    </section>
  );
}

function Head({ groups }: { groups: readonly ColumnGroup[] }) {
  return (
    <thead>
      <tr>
        <th scope="col" rowSpan={2}>
          step
        </th>
        <th scope="col" rowSpan={2} class="deed">
          KVM
        </th>
        {groups.map(({ name, columns }) => (
          <th key={name} scope="colgroup" colSpan={columns.length} class="group">
            {name}
          </th>
        ))}
      </tr>
      <tr>
        {groups.flatMap((group) =>
          group.columns.map(({ name, doc, side }, c) => (
            <th
              key={`${group.name} ${name}`}
              scope="col"
              class={c === 0 ? `${side} group` : side}
              title={doc}
            >
              {name}
            </th>
          )),
        )}
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly at: number;
  readonly isKept: (_: unknown, g: number) => boolean | undefined;
}

function Row({ at, isKept }: RowProps) {
  const isCurrent = useComputed(() => link.value.step === at).value;
  const place = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => {
    if (isCurrent && place.current !== null) keepInSight(place.current);
  }, [isCurrent]);
  const sides = timelines.value.map(({ rows }) => rows[at] as TimelineRow);
  const [first, other] = sides as [TimelineRow, TimelineRow?];
  const told = other === undefined || sameDeed(first, other) ? [first] : [first, other];
  const columns = timelines.value[0]?.groups.map((group) => group.columns) ?? [];
  return (
    <tr ref={place} class={isCurrent ? 'current' : ''}>
      <th scope="row">
        <StepButton sides={sides} isCurrent={isCurrent} />
      </th>
      <td class="deed">
        {told.map((row, side) => (
          <Deed key={side} row={row} name={told.length > 1 ? (kernelNames.value[side] ?? '') : null} />
        ))}
      </td>
      {first.cells.flatMap((group, g) =>
        isKept(null, g)
          ? group.map((cell, c) => (
              <TimelineCell
                key={`${g} ${c}`}
                cell={cell}
                other={other?.cells[g]?.[c] ?? null}
                side={columns[g]?.[c]?.side ?? 'guest'}
                isFirst={c === 0}
                isStop={isCurrent}
              />
            ))
          : [],
      )}
    </tr>
  );
}

function sameDeed(one: TimelineRow, other: TimelineRow): boolean {
  const told = ({ handler, requests, consulted }: TimelineRow) =>
    JSON.stringify([handler, requests, consulted.filter(({ acted }) => acted)]);
  return told(one) === told(other);
}

/** Scrolls the table, and never the page, so that a row can be seen. */
function keepInSight(row: HTMLTableRowElement): void {
  const axis = row.closest<HTMLElement>('.axis');
  if (axis === null) return;
  const head = axis.querySelector('thead')?.getBoundingClientRect().height ?? 0;
  const [box, field] = [row.getBoundingClientRect(), axis.getBoundingClientRect()];
  const above = field.top + head - box.top;
  const below = box.bottom - (field.top + axis.clientHeight);
  if (above > 0) axis.scrollTop -= above;
  else if (below > 0) axis.scrollTop += below;
}

function StepButton({ sides, isCurrent }: { sides: readonly TimelineRow[]; isCurrent: boolean }) {
  const { at, event, isFault, sees } = sides[0] as TimelineRow;
  const properties = new Set(sides.flatMap(({ breaches }) => breaches.map(({ property }) => property)));
  const parts = parted.value.find(({ step, seen }) => step === at && seen.length > 0);
  return (
    <button type="button" class="step" aria-current={isCurrent ? 'step' : undefined} onClick={() => jump(at)}>
      <span class="number">{at}</span>
      <span class="event">{event ?? 'start'}</span>
      {isFault && <span class="tag">#GP</span>}
      {sees.length > 0 && <span class="reads">reads {sees.join(' or ')}</span>}
      {properties.size > 0 && (
        <span class="tag is-broken" title={[...properties].join(', ')}>
          ! broken
        </span>
      )}
      {parts !== undefined && (
        <span class="tag parts" title={parts.seen.join(', ')}>
          the guest sees it differ
        </span>
      )}
    </button>
  );
}
