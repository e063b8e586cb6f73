import type { Frame } from '../../spec/state/names.ts';
import { type Goal, type Model, REFUSED } from '../checker/model.ts';
import { identityOf, type WorldData, worldOf } from '../engine/data.ts';
import { type Half, halfOf } from './half.ts';

/** What a model of two machines is made from: plain data. They have their layout and contract in common. */
export interface PairData {
  readonly a: WorldData;
  readonly b: WorldData;
}

/** The guest may see a difference, which ends the search; or the step costs something else. */
export const VISIBLE = 0;
export const COST = 1;

const GOALS: readonly Goal[] = [
  { name: 'sees-differs', kind: 'always', ends: true },
  { name: 'work-differs', kind: 'always', ends: false },
];

/**
 * Two machines that take every event together, as a model: a state is the row of one and then that of the
 * other. It looks for an event that one refuses and the other does not, or at which they may read different
 * frames; and for an event that costs them different work.
 */
export async function createModel({ a, b }: PairData): Promise<Model> {
  const world = await worldOf(a);
  const one = halfOf(world);
  const other = halfOf(await worldOf(b));
  const words = one.words + other.words;
  return {
    identity: JSON.stringify([a, b].map(identityOf)),
    words,
    facts: 0,
    bufferWords: words,
    events: world.layout.events.length,
    goals: GOALS,
    notes: [],
    noted: new Int32Array(0),
    initial: (buffer) => {
      one.begin();
      other.begin();
      save(one, buffer, 0);
      save(other, buffer, one.words);
    },
    step: (buffer, event) => {
      load(one, buffer, 0);
      load(other, buffer, one.words);
      const took = one.step(event);
      if (took !== other.step(event)) return 1 << VISIBLE;
      if (!took) return REFUSED;
      save(one, buffer, 0);
      save(other, buffer, one.words);
      return differences(one, other);
    },
    inspect: () => 0,
    symmetry: () => null,
  };
}

function differences(one: Half, other: Half): number {
  const [work, otherWork] = [one.work(), other.work()];
  const costs = work.some((count, i) => count !== otherWork[i]) ? 1 << COST : 0;
  return costs | (isSame(one.sees(), other.sees()) ? 0 : 1 << VISIBLE);
}

/** Whether two lists of frames, which are in one order, are the same. */
function isSame(frames: readonly Frame[], others: readonly Frame[]): boolean {
  return frames.length === others.length && frames.every((frame, i) => frame === others[i]);
}

function load({ row, words }: Half, buffer: Int32Array, at: number): void {
  for (let i = 0; i < words; i++) row[i] = buffer[at + i] as number;
}

function save({ row, words }: Half, buffer: Int32Array, at: number): void {
  for (let i = 0; i < words; i++) buffer[at + i] = row[i] as number;
}
