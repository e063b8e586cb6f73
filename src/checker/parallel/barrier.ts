/** Words of shared memory that a barrier takes. */
export const BARRIER_WORDS = 2;

const ARRIVED = 0;
const GENERATION = 1;

/** A point that threads pass only together. */
export class Barrier {
  private readonly words: Int32Array;
  private readonly parties: number;

  /**
   * @param words shared between the threads, 0 at first
   * @param parties how many threads there are
   */
  constructor(words: Int32Array, parties: number) {
    this.words = words;
    this.parties = parties;
  }

  /** Waits for the others. What each thread wrote before is seen by all afterwards. */
  pass(): void {
    const { words, parties } = this;
    const generation = Atomics.load(words, GENERATION);
    if (Atomics.add(words, ARRIVED, 1) === parties - 1) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, GENERATION, 1);
      Atomics.notify(words, GENERATION);
      return;
    }
    while (Atomics.load(words, GENERATION) === generation) Atomics.wait(words, GENERATION, generation);
  }
}
