import type { Breach, Replay, ReplayStep } from '../../replay/replay.ts';
import { formatEvent } from '../../trace/print.ts';
import { type Consulted, consultedIn } from './consulted.ts';
import { handlerIn } from './handler.ts';
import type { ShownWorld } from './shown-world.ts';
import { type Column, columnsOf, type Line } from './timeline-columns.ts';

/** A trace as a table: a row a step, a column for each thing that a person watches. */
export interface Timeline {
  readonly groups: readonly ColumnGroup[];
  /** The start, then each step. */
  readonly rows: readonly TimelineRow[];
}

/** Columns that are about one thing. */
export interface ColumnGroup {
  /** `u0`, `registers and roots`; the vCPU in front where there are several. */
  readonly name: string;
  readonly columns: readonly Pick<Column, 'name' | 'doc' | 'side'>[];
  /** Whether it is of a page in which no step changes anything, while in another some do. */
  readonly isStill: boolean;
}

/** The machine after a step, and what made the step so. */
export interface TimelineRow {
  /** 0 for the start. */
  readonly at: number;
  /** As traces write it; null for the start. */
  readonly event: string | null;
  readonly isFault: boolean;
  readonly sees: readonly string[];
  readonly breaches: readonly Breach[];
  /** KVM's function that took the event up; null where none did, undefined where Linux's own code does not say. */
  readonly handler: string | null | undefined;
  readonly requests: readonly string[];
  readonly consulted: readonly Consulted[];
  /** By group, then by column. */
  readonly cells: readonly (readonly Cell[])[];
}

/** What there is to read in a column after a step. */
export interface Cell {
  readonly lines: readonly Line[];
  /** Whether the row above says something else. */
  readonly isChanged: boolean;
}

/** Sets out a replay along its steps. */
export function timelineOf(world: ShownWorld, { start, steps }: Replay): Timeline {
  const groups = columnsOf(world);
  const machines = [start, ...steps.map(({ after }) => after)];
  const readings = machines.map((machine) => groups.map(({ read }) => read(machine)));
  const cells = readings.map((row, at) =>
    row.map((group, g) =>
      group.map(
        (lines, c): Cell => ({ lines, isChanged: at > 0 && !sameLines(lines, readings[at - 1]?.[g]?.[c]) }),
      ),
    ),
  );
  const varies = (g: number, c: number) => cells.some((row) => row[g]?.[c]?.isChanged);
  const pageVaries = groups.map(
    ({ columns, isAlwaysWatched }, g) => !isAlwaysWatched && columns.some((_, c) => varies(g, c)),
  );
  const kept = groups.map(({ columns }, g) =>
    [...columns.keys()].filter((c) => !columns[c]?.onlyIfItVaries || varies(g, c)),
  );
  return {
    groups: groups.map(({ name, columns, isAlwaysWatched }, g) => ({
      name,
      columns: (kept[g] as number[]).map((c) => columns[c] as Column),
      isStill: !isAlwaysWatched && !pageVaries[g] && pageVaries.includes(true),
    })),
    rows: cells.map((row, at) => ({
      at,
      ...deedOf(world, steps[at - 1]),
      cells: row.map((group, g) => (kept[g] as number[]).map((c) => group[c] as Cell)),
    })),
  };
}

function sameLines(one: readonly Line[], other: readonly Line[] | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What a step did besides changing the machine. */
function deedOf(world: ShownWorld, step: ReplayStep | undefined): Omit<TimelineRow, 'at' | 'cells'> {
  if (step === undefined)
    return {
      event: null,
      isFault: false,
      sees: [],
      breaches: [],
      handler: null,
      requests: [],
      consulted: [],
    };
  const { event, exit, outcome, breaches } = step;
  return {
    event: formatEvent(event),
    isFault: outcome === '#GP',
    sees: exit.sees,
    breaches,
    handler: world.code === undefined || outcome === '#GP' ? handlerIn(step) : undefined,
    requests: exit.requests,
    consulted: world.code === undefined ? consultedIn(world, step) : [],
  };
}
