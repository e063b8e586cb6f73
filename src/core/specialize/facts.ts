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

/** What is known of each variable at a place in the code. */
export class Facts {
  readonly #of: Map<string, Fact>;

  constructor(of: ReadonlyMap<string, Fact> = new Map()) {
    this.#of = new Map(of);
  }

  copy(): Facts {
    return new Facts(this.#of);
  }

  bits(variable: string): Bits {
    return (this.#of.get(variable) ?? UNASSIGNED).bits;
  }

  version(variable: string): number {
    return (this.#of.get(variable) ?? UNASSIGNED).version;
  }

  assign(variable: string, bits: Bits): void {
    this.#of.set(variable, { bits, version: ++versions });
  }

  /** Takes in that a part of a variable is a number, unless the variable has been assigned since. */
  learn({ variable, version, shift, mask }: Part, number: number): void {
    if (this.version(variable) !== version) return;
    const { zeros, ones } = this.bits(variable);
    const told = bitsOf(number << shift);
    const place = mask << shift;
    this.#of.set(variable, {
      bits: { zeros: zeros | (told.zeros & place), ones: ones | (told.ones & place) },
      version,
    });
  }

  /** What holds where control may come from either place. */
  join(other: Facts): Facts {
    const joined = new Map<string, Fact>();
    for (const variable of new Set([...this.#of.keys(), ...other.#of.keys()])) {
      const one = this.#of.get(variable) ?? UNASSIGNED;
      const two = other.#of.get(variable) ?? UNASSIGNED;
      const version = one.version === two.version ? one.version : ++versions;
      joined.set(variable, { bits: either(one.bits, two.bits), version });
    }
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
}
