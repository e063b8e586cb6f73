import type { Event } from '../../spec/events/event.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { World } from '../../spec/world/world.ts';
import { Random } from '../checker/random.ts';
import { type Field, set, valueIn } from '../core/row/field.ts';
import { PackError } from '../core/row/pack.ts';
import { EVERY_FINDING, namesOf, stateFindings } from '../engine/spec-findings.ts';
import { CORE, type CoreFunctions } from './core-functions.ts';
import type { Difference, Disagreement } from './difference.ts';
import { Pair } from './pair.ts';

/** Events of a walk before it starts anew. */
const WALK = 40;
/** Fields changed in a state, at most. */
const CHANGES = 3;

/** How many states to look at, and how. */
export interface Perturbation {
  readonly states: number;
  readonly seed: number;
  readonly core?: CoreFunctions;
}

/** What perturbed states showed. */
export interface Perturbed {
  /** States compared. */
  readonly states: number;
  /** Names of what was found in some of them. */
  readonly findings: readonly string[];
  /** If it is of no event, its trace leads to the state before some fields were changed. */
  readonly difference: Difference | null;
}

/**
 * Holds the core's findings of states against the spec's where no kernel goes: walks at random, changes some
 * fields of each state to values that they had in other states, and asks both what they find. A step of a walk on
 * which they disagree is a difference too. Without it, the
 * findings of properties that every kernel keeps would only ever be compared where there is nothing to find.
 */
export function comparePerturbed(
  world: World,
  { states, seed, core: functions = CORE }: Perturbation,
): Perturbed {
  const pair = new Pair(world, functions);
  const random = new Random(seed);
  const { row, layout } = pair.core;
  const { events } = world.layout;
  const fields = layout.fields.filter(({ name }) => name !== layout.occupied.name);
  const seen = fields.map(() => new Set<number>());
  // No root is obsolete where the guest runs, so none is seen.
  const roots = new Set(layout.vcpus.flatMap(({ root, prevRoots }) => [root, ...prevRoots]));
  const obsolete = layout.zaps ? 1 << (1 + layout.cr3Bits + layout.roleBits) : 0;
  const state = new Int32Array(layout.words);
  let trace: Event[] = [];
  let machine: Machine | null = null;
  let compared = 0;
  let union = 0;

  const differing = (event: Event | null, disagreement: Disagreement): Perturbed => ({
    states: compared,
    findings: [],
    difference: { trace, event, ...disagreement },
  });

  while (compared < states) {
    if (machine === null || trace.length === WALK) {
      trace = [];
      const start = pair.start();
      if (start.disagreement !== null) return differing(null, start.disagreement);
      machine = start.machine;
    } else {
      const number = random.below(events.length);
      row.set(state);
      const event = events[number] as Event;
      const taken = pair.step(number, machine);
      if (taken.kind === 'refused') continue;
      if (taken.kind === 'disagree') return differing(event, taken.disagreement);
      trace.push(event);
      machine = taken.after;
    }
    state.set(row.subarray(0, layout.words));
    for (const [i, field] of fields.entries()) {
      const value = valueIn(row, field);
      seen[i]?.add(value);
      if (roots.has(field) && value !== 0) seen[i]?.add(value | obsolete);
    }
    for (let change = 0; change < CHANGES; change++) {
      const at = random.below(fields.length);
      const values = [...(seen[at] as Set<number>)];
      set(pair.core, fields[at] as Field, values[random.below(values.length)] as number);
    }
    const perturbed = machineOf(pair);
    if (perturbed === null) continue;
    compared++;
    union |= stateFindings(world, perturbed, EVERY_FINDING);
    const wrong = pair.compareFindings(perturbed);
    if (wrong !== null) return differing(null, wrong);
  }
  return { states: compared, findings: union === 0 ? [] : namesOf(union).split(', '), difference: null };
}

/** The machine of a row, if that row is what the machine is packed as: fields may contradict each other. */
function machineOf(pair: Pair): Machine | null {
  try {
    const machine = pair.machine();
    return pair.compareState(machine) === null && rootsAreClear(machine) ? machine : null;
  } catch (error) {
    if (error instanceof PackError || error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * Whether the roots are such that both sides say the same of them: a root without a shadow page is obsolete by
 * the spec and not by the core.
 */
function rootsAreClear({ vcpus, shadow }: Machine): boolean {
  return vcpus.every(({ mmu }) =>
    [mmu.root, ...mmu.prevRoots].every((held) => held === null || shadow[held.page] !== undefined),
  );
}
