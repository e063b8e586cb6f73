import { SAFETY } from '../../../../spec/properties/vtlb-within-guest-tlb.ts';
import type { World } from '../../../../spec/world/world.ts';
import type { FactGroups, Model } from '../../../../src/checker/model.ts';
import { search } from '../../../../src/checker/search.ts';
import { memoMachine, modelOf } from '../../../../src/engine/memo/model.ts';
import { limits } from '../../check/limits.ts';

/** What a search says, however it keeps TLBs. */
interface Verdict {
  readonly complete: boolean;
  /**
   * By name of what was found: the length of a shortest trace. Of a search that safety ended, what takes as long as that
   * is left out: whether it comes before depends on the order of states.
   */
  readonly lengths: Readonly<Record<string, number>>;
}

/** A whole search, with how many states it found. */
interface Searched {
  readonly verdict: Verdict;
  readonly states: number;
}

/**
 * Searches a world whole.
 *
 * @param toTheEnd whether it goes on where the safety property breaks
 */
export async function searchWorld(
  world: World,
  tlbs: 'apart' | 'whole',
  { symmetry, toTheEnd }: { readonly symmetry: boolean; readonly toTheEnd: boolean },
): Promise<Searched> {
  const made = modelOf(memoMachine(world, tlbs), 'a model');
  const result = await search({
    model: toTheEnd ? endless(made) : made,
    source: { module: '', data: null },
    symmetry,
    workers: 1,
    limits: limits(),
  });
  const { states, complete, found, untraced } = result;
  if (untraced.length > 0) throw new Error(`no trace to ${untraced}`);
  const nameOf = (goal: number) => made.goals[goal]?.name as string;
  const last = found.find(({ goal }) => !complete && nameOf(goal) === SAFETY)?.trace.length;
  const lengths = Object.fromEntries(
    found
      .filter(({ goal, trace }) => trace.length !== last || nameOf(goal) === SAFETY)
      .map(({ goal, trace }) => [nameOf(goal), trace.length] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  return { states, verdict: { complete, lengths } };
}

/** The model with nothing that ends a search. */
function endless(model: Model): Model {
  const goals = model.goals.map((goal) => ({ ...goal, ends: false }));
  const { alone } = model;
  if (alone === undefined) return { ...model, goals };
  const groups: FactGroups = { ...alone, model: (group) => endless(alone.model(group)) };
  return { ...model, goals, alone: groups };
}
