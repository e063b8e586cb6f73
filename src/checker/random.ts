/** Numbers that look random and are the same for the same seed (xoshiro128**). */
export class Random {
  private readonly state = new Int32Array(4);

  /** @param seed its low 32 bits count */
  constructor(seed: number) {
    // Seeded by splitmix32, as its authors advise.
    let sum = seed | 0;
    for (let i = 0; i < 4; i++) {
      sum = (sum + 0x9e3779b9) | 0;
      let mixed = Math.imul(sum ^ (sum >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.state[i] = mixed ^ (mixed >>> 15);
    }
  }

  /** A number from 0 to `limit` - 1, all about equally likely. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** 32 bits, as an unsigned number. */
  next(): number {
    const s = this.state as unknown as [number, number, number, number];
    const result = Math.imul(rotated(Math.imul(s[1], 5), 7), 9);
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 11);
    return result >>> 0;
  }
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
