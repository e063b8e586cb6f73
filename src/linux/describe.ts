import type { Event } from '../../spec/events/event.ts';
import { DECISION_NAMES, DECISIONS, type DecisionName, type Kernel } from '../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import type { Difference } from '../conform/lockstep.ts';
import type { WasmModule } from '../conform/web-assembly.ts';
import { kernelView } from '../engine/memo/kernel-view.ts';
import { tracesApart } from './traces-apart.ts';
import { agreedOn, differenceOn, type Walk, walksAlong, walksOn } from './walks.ts';

/** Decisions that may be changed in a named kernel before no record is said to describe a tree. */
const MOST_CHANGES = 6;

/** What is known of a tree by walks. */
export interface Described {
  /** The record: a named kernel, and what is decided otherwise. */
  readonly kernel: KernelName;
  readonly set: Partial<Kernel>;
  /** The values, besides the record's own, that neither a walk nor a trace of the searches tells from the code. */
  readonly alike: Readonly<Partial<Record<DecisionName, readonly string[]>>>;
  /** Decisions that no walk came to. */
  readonly unasked: readonly DecisionName[];
  readonly walks: number;
  readonly events: number;
  readonly layouts: readonly string[];
  /** Where other values were searched for a difference from the record's, and on how many traces they have one. */
  readonly searched: { readonly traces: number; readonly layouts: readonly string[] };
  /** Where the record differs from the code after all, if none was found that does not. */
  readonly difference: { readonly trace: readonly Event[]; readonly found: Difference } | null;
}

/**
 * Finds the record that describes a kernel's code: on random walks both must show the same after every event. Values of
 * decisions that walks do not tell from the record's are searched for a trace on which they differ; on those traces the
 * code is asked too. Among named kernels that agree as far, `first` is preferred.
 *
 * @throws KernelPanic when the code gives up
 */
export async function describeKernel(module: WasmModule, first: KernelName): Promise<Described> {
  const walks = walksOn(module);
  const described = describe(walks, first);
  const { traces, layouts } = await tracesApart(recordOf(described), described.alike);
  const searched = { traces: traces.length, layouts };
  if (traces.length === 0) return { ...described, searched };
  const all = [...walks, ...walksAlong(module, traces)];
  return { ...describe(all, first), walks: described.walks, events: described.events, searched };
}

/** The record that was found. */
function recordOf({ kernel, set }: Pick<Described, 'kernel' | 'set'>): Kernel {
  return { ...KERNELS[kernel], ...set };
}

function describe(walks: readonly Walk[], first: KernelName): Omit<Described, 'searched'> {
  const names = Object.keys(KERNELS) as KernelName[];
  const { name: kernel } = [first, ...names.filter((name) => name !== first)]
    .map((name) => ({ name, agreed: agreedOn(walks, KERNELS[name]) }))
    .reduce((best, each) => (each.agreed > best.agreed ? each : best));
  const set = changesThatFit(walks, KERNELS[kernel]);
  const record = recordOf({ kernel, set });
  const at = walks.findIndex((walk) => differenceOn(walk, record) !== null);
  const asked = new Set<number>();
  const noting = kernelView(record, (decision) => asked.add(decision));
  if (at < 0) for (const walk of walks) differenceOn(walk, noting);
  const isAsked = (name: DecisionName) => asked.has(DECISION_NAMES.indexOf(name));
  return {
    kernel,
    set,
    alike: at < 0 ? alikeTo(walks, record, DECISION_NAMES.filter(isAsked)) : {},
    unasked: at < 0 ? DECISION_NAMES.filter((name) => !isAsked(name)) : [],
    walks: walks.length,
    events: walks.reduce((sum, { events }) => sum + events.length, 0),
    layouts: [...new Set(walks.map(({ layout }) => layout.name))],
    difference:
      at < 0
        ? null
        : { trace: (walks[at] as Walk).events, found: differenceOn(walks[at] as Walk, record) as Difference },
  };
}

/** What to change in a record, one decision after the other, until it agrees with all walks or nothing helps. */
function changesThatFit(walks: readonly Walk[], base: Kernel): Partial<Kernel> {
  const set: Record<string, string> = {};
  let agreed = agreedOn(walks, base);
  for (let changes = 0; changes < MOST_CHANGES && agreed < walks.length; changes++) {
    const record = { ...base, ...set } as Kernel;
    const failing = walks.find((walk) => differenceOn(walk, record) !== null) as Walk;
    const before = differenceOn(failing, record)?.at ?? 0;
    const better = changesOf(record)
      .filter(
        ([name, value]) =>
          (differenceOn(failing, { ...record, [name]: value })?.at ?? Number.POSITIVE_INFINITY) > before,
      )
      .map((change) => ({ change, agreed: agreedOn(walks, { ...record, [change[0]]: change[1] }) }))
      .reduce<{ change: readonly [string, string]; agreed: number } | null>(
        (best, each) => (each.agreed > (best?.agreed ?? agreed) ? each : best),
        null,
      );
    if (better === null) break;
    set[better.change[0]] = better.change[1];
    agreed = better.agreed;
  }
  return set as Partial<Kernel>;
}

function alikeTo(walks: readonly Walk[], record: Kernel, names: readonly DecisionName[]): Described['alike'] {
  const alike: Partial<Record<DecisionName, string[]>> = {};
  for (const [name, value] of changesOf(record)) {
    if (!names.includes(name)) continue;
    if (walks.some((walk) => differenceOn(walk, { ...record, [name]: value }) !== null)) continue;
    alike[name] = [...(alike[name] ?? []), value];
  }
  return alike;
}

/** Every other value of every decision. */
function changesOf(record: Kernel): (readonly [DecisionName, string])[] {
  return DECISION_NAMES.flatMap((name) =>
    Object.keys(DECISIONS[name].values)
      .filter((value) => value !== record[name])
      .map((value) => [name, value] as const),
  );
}
