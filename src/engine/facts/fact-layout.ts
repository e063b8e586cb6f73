import type { Held } from '../../../spec/properties/property.ts';
import { VPIDS, type Vpid } from '../../../spec/state/tlb.ts';
import type { RowLayout } from '../rows/fields.ts';

/**
 * One of the TLBs that may hold a translation; or, of those by which it may yet come into the guest's TLB, whether the
 * CR3 value of a space with the translation's PCID in its low bits was loaded.
 */
export interface Holder {
  readonly vpid: Vpid;
  readonly what: 'hardware' | 'guest' | 'global' | 'away' | 'loaded';
  /** Of `loaded`: the number of the space. */
  readonly space?: number;
}

/**
 * One translation that TLBs of a vCPU may hold. Which of them do is a number, a bit a holder: a *valuation*. A group has
 * one fact for each valuation: that some run to the state leaves the translation so held.
 */
export interface FactGroup {
  readonly cpu: number;
  readonly page: string;
  readonly pcid: number;
  readonly frame: string;
  /** Holder n is bit n of a valuation. */
  readonly holders: readonly Holder[];
  /** Where its facts begin: valuation v is bit `shift + v` of word `word`. */
  readonly word: number;
  readonly shift: number;
  /** By holder: the facts with it, as bits of the word. */
  readonly factsWith: readonly number[];
}

/** Bits of the last word that are left to the search. */
const RESERVED_BITS = 2;
/** Holders whose valuations fit into a word. */
const MOST_HOLDERS = 5;

/** Where the facts about TLBs are kept beside a row that keeps them apart. */
export interface FactLayout {
  readonly words: number;
  readonly groups: readonly FactGroup[];
}

/** Lays out the facts of a layout; null if a translation may be held in more ways than facts are kept of. */
export function factLayout({ pages, pcids, vcpus, spaces }: RowLayout, may: FactSizes): FactLayout | null {
  const groups: FactGroup[] = [];
  let word = 0;
  let shift = 0;
  for (const cpu of vcpus.keys()) {
    for (const { name: page, frames, global } of pages) {
      const holders = holdersOf(may, global, spaces);
      if (holders.length > MOST_HOLDERS) return null;
      const bits = 2 ** holders.length;
      for (let pcid = 0; pcid < pcids; pcid++) {
        for (const frame of frames) {
          if (shift + bits > 32) {
            word++;
            shift = 0;
          }
          const factsWith = holders.map((_, holder) => factsOfHolder(holders.length, shift, holder));
          groups.push({ cpu, page, pcid, frame, holders, word, shift, factsWith });
          shift += bits;
        }
      }
    }
  }
  return { groups, words: word + (shift + RESERVED_BITS > 32 ? 2 : 1) };
}

/** What decides which TLBs may hold a translation. */
export interface FactSizes {
  /** Whether L2 may have a VPID of its own. */
  readonly ownVpid: boolean;
  readonly migrate: boolean;
  readonly pge: boolean;
  /** Whether the CR3 values that were loaded are facts, and not of the row. */
  readonly loaded: boolean;
}

/** Those that all translations have come first, so that they are the same bits everywhere. */
function holdersOf({ ownVpid, migrate, pge, loaded }: FactSizes, global: boolean, spaces: number): Holder[] {
  const vpids = ownVpid ? VPIDS : VPIDS.slice(0, 1);
  const of = (what: Holder['what']) => vpids.map((vpid) => ({ vpid, what }));
  return [
    ...of('hardware'),
    ...of('guest'),
    ...(migrate ? of('away') : []),
    ...(pge && global ? of('global') : []),
    ...(loaded
      ? vpids.flatMap((vpid) =>
          Array.from({ length: spaces }, (_, space) => ({ vpid, what: 'loaded' as const, space })),
        )
      : []),
  ];
}

function factsOfHolder(holders: number, shift: number, holder: number): number {
  let bits = 0;
  for (let valuation = 0; valuation < 2 ** holders; valuation++)
    if ((valuation >>> holder) & 1) bits |= 1 << (shift + valuation);
  return bits;
}

/** All facts of a group, as bits of its word. */
export function factsOf({ holders, shift }: FactGroup): number {
  const count = 2 ** holders.length;
  return count === 32 ? -1 : ((1 << count) - 1) << shift;
}

const NOWHERE = { guest: false, global: false, hardware: false, away: false };

/** The translation of a group, held as a valuation says. */
export function heldAs({ cpu, pcid, page, frame, holders }: FactGroup, valuation: number): Held {
  const by = { vpid01: { ...NOWHERE }, vpid02: { ...NOWHERE } };
  holders.forEach(({ vpid, what }, i) => {
    if (what === 'loaded') return;
    by[vpid][what] = ((valuation >>> i) & 1) === 1;
  });
  return { cpu, pcid, page, frame, by };
}

/** The valuation of a translation that is held so, when some CR3 values were loaded. */
export function valuationOf(
  { holders, pcid }: FactGroup,
  held: Held,
  wasLoaded: (vpid: Vpid, space: number, low: number) => boolean,
): number {
  return holders.reduce((sum, { vpid, what, space = 0 }, i) => {
    const holds = what === 'loaded' ? wasLoaded(vpid, space, pcid) : held.by[vpid][what];
    return sum | (holds ? 1 << i : 0);
  }, 0);
}
