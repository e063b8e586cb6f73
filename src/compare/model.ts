import { type Finding, type Model, REFUSED } from '../checker/model.ts';
import { identityOf } from '../core/model.ts';
import { type OverridableData, worldWithOverrides } from '../engine/overrides.ts';
import { type Half, halfOf } from './half.ts';

/** What a model of two machines is made from: plain data. They have their layout and contract in common. */
export interface PairData {
  readonly a: OverridableData;
  readonly b: OverridableData;
}

/** The guest may see a difference, which ends the search; or the step costs something else. */
export const VISIBLE = 0;
export const COST = 1;

const FINDINGS: readonly Finding[] = [
  { name: 'sees-differs', kind: 'always', ends: true },
  { name: 'work-differs', kind: 'always', ends: false },
];

/**
 * Two machines that take every event together, as a model: a state is the row of one and then that of the
 * other. It looks for an event that one refuses and the other does not, or at which they may read different
 * frames; and for an event that costs them different work.
 */
export async function createModel({ a, b }: PairData): Promise<Model> {
  const world = await worldWithOverrides(a);
  const one = halfOf(world);
  const other = halfOf(await worldWithOverrides(b));
  const { words } = one;
  return {
    identity: JSON.stringify([a, b].map((data) => [identityOf(data), data.overrides?.digest])),
    words: 2 * words,
    facts: 0,
    bufferWords: 2 * words,
    events: world.layout.events.length,
    findings: FINDINGS,
    notes: [],
    noted: new Int32Array(0),
    initial: (buffer) => {
      one.begin();
      other.begin();
      save(one, buffer, 0);
      save(other, buffer, words);
    },
    step: (buffer, event) => {
      load(one, buffer, 0);
      load(other, buffer, words);
      const took = one.step(event);
      if (took !== other.step(event)) return 1 << VISIBLE;
      if (!took) return REFUSED;
      save(one, buffer, 0);
      save(other, buffer, words);
      return differences(one, other);
    },
    inspect: () => 0,
    symmetry: () => null,
  };
}

function differences(one: Half, other: Half): number {
  let found = one.sees() === other.sees() ? 0 : 1 << VISIBLE;
  for (let i = 0; i < one.work.length; i++) if (one.work[i] !== other.work[i]) found |= 1 << COST;
  return found;
}

function load({ row, words }: Half, buffer: Int32Array, at: number): void {
  for (let i = 0; i < words; i++) row[i] = buffer[at + i] as number;
}

function save({ row, words }: Half, buffer: Int32Array, at: number): void {
  for (let i = 0; i < words; i++) buffer[at + i] = row[i] as number;
}
