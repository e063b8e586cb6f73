import type { Event } from '../../../spec/events/event.ts';
import {
  DECISION_NAMES,
  DECISIONS,
  type DecisionName,
  type Kernel,
} from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { staleTranslations } from '../../../spec/properties/vtlb.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { search } from '../../../src/checker/search.ts';
import { inPlaceEngine } from '../../../src/engine/in-place.ts';
import { GOALS } from '../../../src/engine/memo/goals.ts';
import { type Setting, worldOf } from '../setting.ts';
import type { Mechanism } from './mechanism.ts';
import { type MechanismSetting, mechanismModel } from './mechanism-model.ts';

/** What a search over a machine without some mechanisms came to. */
export interface Searched {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** Whether every reachable state was found and expanded. */
  readonly complete: boolean;
  /** Properties broken, safety aside. */
  readonly broken: readonly string[];
  /** A shortest trace that breaks safety. */
  readonly trace: readonly Event[] | null;
  /** Mechanisms of the steps that were tried, those taken out among them. */
  readonly tried: readonly Mechanism[];
}

/** Bytes that one search may take. */
const MOST_BYTES = 2 ** 31;

/** Searches a machine without some mechanisms, whole unless safety breaks or `maxStates` are found. */
async function searchMechanisms(
  data: MechanismSetting,
  maxStates = Number.POSITIVE_INFINITY,
): Promise<Searched> {
  const tried = new Set<Mechanism>();
  const { states, transitions, depth, complete, found } = await search({
    model: mechanismModel(data, tried),
    source: { module: 'none: one thread searches', data },
    symmetry: false,
    workers: 1,
    limits: { maxStates, maxMemory: MOST_BYTES, reached: async () => null },
  });
  const { events } = worldOf(data).layout;
  const broken = found.filter(({ goal }) => GOALS[goal]?.kind === 'always');
  const unsafe = broken.find(({ goal }) => GOALS[goal]?.name === SAFETY);
  return {
    states,
    transitions,
    depth,
    complete,
    broken: broken.filter((each) => each !== unsafe).map(({ goal }) => GOALS[goal]?.name as string),
    trace: unsafe?.trace.map((number) => events[number] as Event) ?? null,
    tried: [...tried].sort(),
  };
}

/** The mechanisms of a kernel on a layout. */
export interface Study {
  /** The search with every mechanism taken out: what it lists is how a trace that breaks safety begins. */
  readonly without: Searched;
  /** The search with one mechanism left in, for each that there is. */
  readonly each: ReadonlyMap<Mechanism, Searched>;
}

/**
 * Lists by which mechanisms safety breaks. With all of them taken out, a search that holds whole says that
 * there is no other: the first armed translation of every trace is armed by one that this search tried.
 */
export async function studyMechanisms(data: Setting): Promise<Study> {
  const without = await searchMechanisms({ ...data, only: [] });
  const each = new Map<Mechanism, Searched>();
  for (const mechanism of without.tried) {
    each.set(mechanism, await searchMechanisms({ ...data, only: [mechanism] }));
  }
  return { without, each };
}

/** A change of one decision. */
type Change = { readonly [D in DecisionName]?: Kernel[D] };

/** Every way to change one decision of a kernel. */
export function singleChanges(kernel: Kernel): Change[] {
  return DECISION_NAMES.flatMap((decision) =>
    Object.keys(DECISIONS[decision].values)
      .filter((value) => value !== kernel[decision])
      .map((value) => ({ [decision]: value }) as Change),
  );
}

/** A change of decisions with which a mechanism breaks nothing, and the whole search that says so. */
export interface Removal {
  readonly change: Change;
  readonly searched: Searched;
}

/**
 * The smallest changes of a kernel that remove a mechanism: every change of one decision that does, or, if
 * none does, every change of two.
 *
 * @param trace one that breaks safety by the mechanism
 */
export async function removalsOf(
  data: Setting,
  mechanism: Mechanism,
  trace: readonly Event[],
): Promise<Removal[]> {
  const singles = singleChanges(data.kernel);
  const found = await removing(data, mechanism, trace, singles);
  return found.length > 0 ? found : removing(data, mechanism, trace, pairs(singles));
}

async function removing(
  data: Setting,
  mechanism: Mechanism,
  trace: readonly Event[],
  changes: readonly Change[],
): Promise<Removal[]> {
  const found: Removal[] = [];
  for (const change of changes) {
    const kernel = { ...data.kernel, ...change };
    if (showsStale({ ...data, kernel }, trace)) continue;
    const searched = await searchMechanisms({ ...data, kernel, only: [mechanism] });
    if (searched.complete && searched.trace === null && searched.broken.length === 0)
      found.push({ change, searched });
  }
  return found;
}

function pairs(singles: readonly Change[]): Change[] {
  return singles.flatMap((one, i) =>
    singles
      .slice(i + 1)
      .filter((other) => Object.keys(one)[0] !== Object.keys(other)[0])
      .map((other) => ({ ...one, ...other })),
  );
}

/** Whether a trace ends with something stale in the vTLB of a kernel, by the spec. */
export function showsStale(data: Setting, trace: readonly Event[]): boolean {
  const world = worldOf(data);
  let machine = initialMachine(world);
  for (const event of trace) ({ machine } = inPlaceEngine.step(world, machine, event));
  return staleTranslations(world, machine).length > 0;
}

/** Which kernels show a trace, and what brought it in. */
export interface History {
  /** Releases and patches, oldest first. */
  readonly shownBy: readonly KernelName[];
  /** Decisions in which the first of them differs from the kernel before it, each of which brings it in. */
  readonly broughtInBy: readonly DecisionName[];
}

/** Replays a trace on every kernel but the yardstick. */
export function historyOf(data: Setting, trace: readonly Event[]): History {
  const names: readonly KernelName[] = (Object.keys(KERNELS) as KernelName[]).filter(
    (name) => name !== 'naive',
  );
  const shownBy = names.filter((name) => showsStale({ ...data, kernel: KERNELS[name] }, trace));
  const first = names.indexOf(shownBy[0] as KernelName);
  if (first <= 0) return { shownBy, broughtInBy: [] };
  const [before, after] = [KERNELS[names[first - 1] as KernelName], KERNELS[names[first] as KernelName]];
  const broughtInBy = DECISION_NAMES.filter((decision) => {
    const kernel = { ...before, [decision]: after[decision] } as Kernel;
    return before[decision] !== after[decision] && showsStale({ ...data, kernel }, trace);
  });
  return { shownBy, broughtInBy };
}
