import { type Bits, bitsOf, either, NOTHING } from './bits.ts';
import type { Part } from './value.ts';

/** What is known of a variable at a place in the code. */
interface Fact {
  readonly bits: Bits;
  /** Another number after each assignment that may lie between. */
  readonly version: number;
}

const UNASSIGNED: Fact = { bits: NOTHING, version: 0 };

let versions = 0;

/** What is known of each variable at a place in the code. A copy shares what it was made from until either changes. */
export class Facts {
  #of: Map<string, Fact>;
  #shared: boolean;

  constructor(of: Map<string, Fact> = new Map(), shared = false) {
    this.#of = of;
    this.#shared = shared;
  }

  copy(): Facts {
    this.#shared = true;
    return new Facts(this.#of, true);
  }

  bits(variable: string): Bits {
    return (this.#of.get(variable) ?? UNASSIGNED).bits;
  }

  version(variable: string): number {
    return (this.#of.get(variable) ?? UNASSIGNED).version;
  }

  assign(variable: string, bits: Bits): void {
    this.#set(variable, { bits, version: ++versions });
  }

  /** Takes in that a part of a variable is a number, unless the variable has been assigned since. */
  learn({ variable, version, shift, mask }: Part, number: number): void {
    if (this.version(variable) !== version) return;
    const { zeros, ones } = this.bits(variable);
    const told = bitsOf(number << shift);
    const place = mask << shift;
    this.#set(variable, {
      bits: { zeros: zeros | (told.zeros & place), ones: ones | (told.ones & place) },
      version,
    });
  }

  /** What holds where control may come from either place. */
  join(other: Facts): Facts {
    if (this.#of === other.#of) return this.copy();
    const joined = new Map<string, Fact>();
    for (const [variable, fact] of this.#of)
      joined.set(variable, joinFacts(fact, other.#of.get(variable) ?? UNASSIGNED));
    for (const [variable, fact] of other.#of)
      if (!joined.has(variable)) joined.set(variable, joinFacts(UNASSIGNED, fact));
    return new Facts(joined);
  }

  /** Whether as much is known here as there, bit by bit. */
  knowsAsMuchAs(other: Facts): boolean {
    for (const [variable, { bits }] of other.#of) {
      const here = this.bits(variable);
      if ((bits.zeros & ~here.zeros) !== 0 || (bits.ones & ~here.ones) !== 0) return false;
    }
    return true;
  }

  #set(variable: string, fact: Fact): void {
    if (this.#shared) this.#of = new Map(this.#of);
    this.#shared = false;
    this.#of.set(variable, fact);
  }
}

function joinFacts(one: Fact, two: Fact): Fact {
  if (one === two) return one;
  const version = one.version === two.version ? one.version : ++versions;
  return { bits: either(one.bits, two.bits), version };
}
