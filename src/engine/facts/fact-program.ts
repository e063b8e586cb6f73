import { sameCr3 } from '../../../spec/state/registers.ts';
import type { TlbEntry, Vpid } from '../../../spec/state/tlb.ts';
import { isNamed, type TlbEffect } from '../../../spec/state/tlb-effects.ts';
import { EngineError } from '../views/engine-error.ts';
import type { FactGroup, FactLayout, Holder } from './fact-layout.ts';

/** How an instruction moves facts within a word. */
const MOVE = { down: 0, up: 1, both: 2, never: 3 } as const;

/**
 * What becomes of facts, as a few moves within words: a translation that a TLB loses or takes in goes from one
 * valuation to another, which is so many bits lower or higher, in many groups at once. A move is three words: `fact
 * word | distance << 8 | direction << 16`, the facts that move, and, where two sorts change places, the facts that move
 * up. A move may also say that there are none of some facts.
 */
export type FactProgram = readonly number[];

/** The moves of an effect on the TLBs of a vCPU. */
export function programOf(
  facts: FactLayout,
  cpu: number,
  effect: TlbEffect,
  spaces: readonly string[],
): FactProgram {
  if (effect.on === 'refills') return refillProgram(facts, cpu, effect, spaces);
  if (effect.on === 'cpus') return exchange(facts, cpu);
  if ('takes' in effect) return fillProgram(facts, cpu, { vpid: effect.vpid, what: 'guest' }, effect.takes);
  const { on, vpid, drops } = effect;
  return moves(facts, MOVE.down, (group, { what, vpid: under }) => {
    if (group.cpu !== cpu || under !== vpid) return false;
    if (on === 'hardware') return what === 'hardware' && isNamed(drops, entryOf(group, false));
    if (what === 'guest') return isNamed(drops, entryOf(group, false));
    return what === 'global' && isNamed(drops, entryOf(group, true));
  });
}

/** The moves by which CR3 values begin or end to be among those that were loaded. */
function refillProgram(
  facts: FactLayout,
  cpu: number,
  effect: Extract<TlbEffect, { readonly on: 'refills' }>,
  spaces: readonly string[],
): FactProgram {
  const begins = 'begins' in effect;
  return moves(facts, begins ? MOVE.up : MOVE.down, (group, { what, vpid, space = 0 }) => {
    if (what !== 'loaded' || group.cpu !== cpu || vpid !== effect.vpid) return false;
    const cr3 = { space: spaces[space] as string, low: group.pcid };
    return begins ? sameCr3(effect.begins, cr3) : effect.ends(cr3);
  });
}

/** A TLB that takes something in. */
export type Taker = Holder & { readonly what: 'hardware' | 'guest' };

/**
 * The moves by which a TLB of a vCPU takes in some translations.
 *
 * @param through the CR3 value that must have been loaded, as the number of its space and its low bits; null for any
 */
export function fillProgram(
  facts: FactLayout,
  cpu: number,
  into: Taker,
  entries: readonly TlbEntry[],
  through: { readonly space: number; readonly low: number } | null = null,
): FactProgram {
  const condition = (group: FactGroup) =>
    through === null
      ? -1
      : group.holders.findIndex(
          ({ what, vpid, space }) => what === 'loaded' && vpid === into.vpid && space === through.space,
        );
  const takesIn = (group: FactGroup, { what, vpid }: Holder) => {
    if (group.cpu !== cpu || vpid !== into.vpid) return false;
    if (through !== null && through.low !== group.pcid) return false;
    const global = what === 'global';
    if (what !== into.what && !(global && into.what === 'guest')) return false;
    return entries.some(
      ({ pcid, page, frame }) =>
        page === group.page && frame === group.frame && pcid === (global ? 'global' : group.pcid),
    );
  };
  return moves(facts, MOVE.up, takesIn, condition);
}

/** That no run leads to facts by which a CR3 value was loaded. */
export function neverProgram(
  { groups }: FactLayout,
  cpu: number,
  vpid: Vpid,
  { space, low }: { readonly space: number; readonly low: number },
): FactProgram {
  return groups
    .filter((group) => group.cpu === cpu && group.pcid === low)
    .flatMap((group) =>
      group.holders.flatMap((holder, i) =>
        holder.what === 'loaded' && holder.vpid === vpid && holder.space === space
          ? [group.word | (MOVE.never << 16), group.factsWith[i] as number, 0]
          : [],
      ),
    );
}

function entryOf({ pcid, page, frame }: FactGroup, global: boolean): TlbEntry {
  return { pcid: global ? 'global' : pcid, page, frame };
}

/**
 * The moves of all facts by which one holder ends, or begins, to hold what it is asked of.
 *
 * @param condition the number of another holder that must hold it too; -1 for none
 */
function moves(
  { groups }: FactLayout,
  direction: 0 | 1,
  concerns: (group: FactGroup, holder: Holder) => boolean,
  condition: (group: FactGroup) => number = () => -1,
): FactProgram {
  const moved = new Map<number, number>();
  for (const group of groups) {
    group.holders.forEach((holder, i) => {
      if (!concerns(group, holder)) return;
      const head = group.word | ((1 << i) << 8) | (direction << 16);
      const held = group.factsWith[i] as number;
      const from = direction === MOVE.down ? held : held >>> (1 << i);
      const only = condition(group);
      moved.set(head, (moved.get(head) ?? 0) | (only < 0 ? from : from & (group.factsWith[only] as number)));
    });
  }
  return [...moved].flatMap(([head, from]) => [head, from, 0]);
}

/** What the hardware TLB of this CPU and that of the other hold change places. */
function exchange({ groups }: FactLayout, cpu: number): FactProgram {
  return groups
    .filter((group) => group.cpu === cpu)
    .flatMap((group) =>
      group.holders.flatMap(({ what, vpid }, here) => {
        const away = group.holders.findIndex((other) => other.what === 'away' && other.vpid === vpid);
        if (what !== 'hardware' || away < 0) return [];
        const [withHere, withAway] = [group.factsWith[here] as number, group.factsWith[away] as number];
        const distance = (1 << away) - (1 << here);
        return [group.word | (distance << 8) | (MOVE.both << 16), withAway & ~withHere, withHere & ~withAway];
      }),
    );
}

/** Moves the facts that begin at an offset of `rows`, by the program at an offset of `code`. */
export function runFacts(code: Int32Array, from: number, to: number, rows: Int32Array, at: number): void {
  for (let i = from; i < to; i += 3) {
    const head = code[i] as number;
    const word = at + (head & 255);
    const distance = (head >>> 8) & 255;
    const facts = rows[word] as number;
    const moving = facts & (code[i + 1] as number);
    switch (head >>> 16) {
      case MOVE.down:
        rows[word] = (facts & ~moving) | (moving >>> distance);
        break;
      case MOVE.up:
        rows[word] = (facts & ~moving) | (moving << distance);
        break;
      case MOVE.never:
        if (moving !== 0)
          throw new EngineError(
            'a CR3 value loaded before is still one to fill through while PCIDE=0: expected --tlbs whole',
          );
        break;
      default: {
        const rising = facts & (code[i + 2] as number);
        rows[word] = (facts & ~moving & ~rising) | (moving >>> distance) | (rising << distance);
      }
    }
  }
}

/**
 * Adds the facts that a program of moves up makes the same as those that are there after it: whatever would become one
 * of them.
 */
export function addFactsBefore(
  code: Int32Array,
  from: number,
  to: number,
  rows: Int32Array,
  at: number,
): void {
  for (let i = to - 3; i >= from; i -= 3) {
    const head = code[i] as number;
    if (head >>> 16 === MOVE.never) continue;
    const word = at + (head & 255);
    const facts = rows[word] as number;
    rows[word] = facts | ((facts >>> ((head >>> 8) & 255)) & (code[i + 1] as number));
  }
}
