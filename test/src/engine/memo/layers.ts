import { SAFETY } from '../../../../spec/properties/vtlb-within-guest-tlb.ts';
import type { World } from '../../../../spec/world/world.ts';
import { FoundStates } from '../../../../src/checker/found-states.ts';
import type { FactGroups, Model } from '../../../../src/checker/model.ts';
import { REFUSED } from '../../../../src/checker/model.ts';
import { search } from '../../../../src/checker/search.ts';
import { memoMachine, modelOf } from '../../../../src/engine/memo/model.ts';
import { Packer } from '../../../../src/engine/views/pack.ts';
import { Unpacker } from '../../../../src/engine/views/unpack.ts';
import { limits } from '../../check/limits.ts';
import { putFactsOf } from './concrete.ts';

/** What a search says, however it keeps TLBs. */
interface Verdict {
  readonly complete: boolean;
  /**
   * By name of what was found: the length of a shortest trace. Of a search that safety ended, what takes as long as that
   * is left out: whether it comes before depends on the order of states.
   */
  readonly lengths: Readonly<Record<string, number>>;
}

/** A whole search, with how many states or states and facts it found. */
interface Searched {
  readonly verdict: Verdict;
  readonly states: number;
  readonly facts: number | null;
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
  const { states, facts, complete, found, untraced } = result;
  if (untraced.length > 0) throw new Error(`no trace to ${untraced}`);
  const nameOf = (finding: number) => made.findings[finding]?.name as string;
  const last = found.find(({ finding }) => !complete && nameOf(finding) === SAFETY)?.trace.length;
  const lengths = Object.fromEntries(
    found
      .filter(({ finding, trace }) => trace.length !== last || nameOf(finding) === SAFETY)
      .map(({ finding, trace }) => [nameOf(finding), trace.length] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  return { states, facts, verdict: { complete, lengths } };
}

/** The model with nothing that ends a search. */
function endless(model: Model): Model {
  const findings = model.findings.map((finding) => ({ ...finding, ends: false }));
  const { alone } = model;
  if (alone === undefined) return { ...model, findings };
  const groups: FactGroups = { ...alone, model: (group) => endless(alone.model(group)) };
  return { ...model, findings, alone: groups };
}

/** By state without TLBs, as words: its facts, as words. */
export type FactsByState = ReadonlyMap<string, string>;

/** The facts of every reachable state, from the machines that differ only in what TLBs hold. */
export function factsOfMachines(world: World): FactsByState {
  const { rows: apart, facts } = memoMachine(world, 'apart');
  if (facts === null) throw new Error('no facts');
  const { rows, stepper, initial } = memoMachine(world, 'whole');
  const packer = new Packer(world.layout, apart);
  const unpacker = new Unpacker(world.layout, rows);
  const projected = new Int32Array(apart.words + facts.words);
  const known = new Map<string, Int32Array>();
  const found = new FoundStates(rows.words);
  const row = new Int32Array(rows.words);
  initial(row);
  found.add(row, -1, 0);
  for (let state = 0; state < found.size; state++) {
    found.read(state, row);
    const machine = unpacker.unpack(row);
    packer.pack(machine, projected);
    putFactsOf(world.layout, machine, facts, projected, apart.words);
    join(known, projected, apart.words);
    for (let event = 0; event < world.layout.events.length; event++) {
      found.read(state, row);
      if (stepper.step(row, event, 0) !== REFUSED) found.add(row, state, event);
    }
  }
  return inWords(known);
}

/** The same as a least fixpoint of steps that carry facts along. */
export function factsOfSteps(world: World): FactsByState {
  const { rows, facts, stepper, initial } = memoMachine(world, 'apart');
  if (facts === null) throw new Error('no facts');
  const stride = rows.words + facts.words;
  const row = new Int32Array(stride);
  const known = new Map<string, Int32Array>();
  initial(row);
  const waiting = [join(known, row, rows.words) as string];
  for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
    for (let event = 0; event < world.layout.events.length; event++) {
      row.set(key.split(',').map(Number));
      row.set(known.get(key) as Int32Array, rows.words);
      if (stepper.step(row, event, 0) === REFUSED) continue;
      stepper.fills.fill(row, 0);
      const gained = join(known, row, rows.words);
      if (gained !== null && !waiting.includes(gained)) waiting.push(gained);
    }
  }
  return inWords(known);
}

/** Adds a row's facts to those of its state; which state gained some, null if none did. */
function join(known: Map<string, Int32Array>, row: Int32Array, words: number): string | null {
  const key = row.subarray(0, words).join();
  const facts = known.get(key);
  if (facts === undefined) {
    known.set(key, row.slice(words));
    return key;
  }
  let gains = false;
  for (let word = 0; word < facts.length; word++) {
    const more = (facts[word] as number) | (row[words + word] as number);
    if (more === facts[word]) continue;
    gains = true;
    facts[word] = more;
  }
  return gains ? key : null;
}

function inWords(known: ReadonlyMap<string, Int32Array>): FactsByState {
  return new Map([...known].map(([key, facts]) => [key, facts.join()]));
}

/** Facts in all. */
export function countFacts(facts: FactsByState): number {
  const bits = (word: number) => word.toString(2).replaceAll('0', '').length;
  return [...facts.values()].reduce(
    (sum, words) => sum + words.split(',').reduce((count, word) => count + bits(Number(word) >>> 0), 0),
    0,
  );
}
