import type { Event } from '../../spec/events/event.ts';
import { GUESTS, type GuestName } from '../../spec/guests/named.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Cr3 } from '../../spec/state/registers.ts';
import type { World } from '../../spec/world/world.ts';
import { type Model, REFUSED } from '../checker/model.ts';
import { type ModelData, machineAndModel } from '../engine/memo/create.ts';
import { FOUND } from '../engine/memo/goals.ts';
import { groupsOf, type MemoMachine } from '../engine/memo/model.ts';
import { valueIn } from '../engine/rows/field.ts';
import type { RootField, RowLayout, VcpuFields } from '../engine/rows/fields.ts';
import { GOALS_WITH_GUEST, guestBit } from './goals.ts';
import { GuestMemory, NOT_NOW } from './memory.ts';
import { oldEntries, oldReads, STALE_ELSEWHERE, staleReads } from './rules.ts';

/** What a model of KVM's machine under a guest is made from: plain data. */
export interface GuestModelData extends ModelData {
  readonly guest: GuestName;
}

const SAFETY_BIT = FOUND[SAFETY] as number;
const READS = guestBit('guest-reads-what-it-flushed-for');
const HOLDS = guestBit('guest-tlb-holds-what-it-flushed-for');
const EARLY = guestBit('stale-read-before-the-flush');
const UNUSED = guestBit('stale-root-that-the-guest-will-not-use');
const TAKES_CACHED = guestBit('noflush-load-takes-a-cached-root');
const FROM_ANOTHER = guestBit('asid-taken-from-another-mm');
const CHANGED = guestBit('flushing-load-of-an-mm-that-was-changed');

/** @throws GuestError when the layout is none of the guest's */
export async function createModel(data: GuestModelData): Promise<Model> {
  return underGuest(await machineAndModel(data), data.guest, GOALS_WITH_GUEST);
}

/**
 * A machine with a guest that keeps a discipline: a state is that of the machine and a word of what the guest
 * remembers, and an event that the guest would not carry out is refused. The facts about TLBs, if they are apart, follow.
 *
 * Safety is about what the guest can read under the CR3 value that it has loaded, of entries whose last store
 * it has flushed: which other values it loads, and whether it flushes then, is the guest's to decide, and so is
 * what it relies on before it has flushed.
 *
 * @param goals those of every search of the machine, and those of guests behind them
 * @throws GuestError when the layout is none of the guest's
 */
export function underGuest(
  { memo, model: machine }: { readonly memo: MemoMachine; readonly model: Model },
  guest: GuestName,
  goals: Model['goals'],
): Model {
  const { world, rows, stepper, facts } = memo;
  const { words, bufferWords } = machine;
  const memory = new GuestMemory(world.layout, rows, GUESTS[guest](world.layout));
  const stale = memo.judgeOf(staleReads(world));
  const read = memo.judgeOf(oldReads(world));
  const entries = memo.judgeOf(oldEntries(world));
  const elsewhere = memo.judgeOf([STALE_ELSEWHERE]);
  const ALL = -1;

  /** A row of the machine: a state, and the facts. */
  const row = new Int32Array(bufferWords);
  const load = (from: Int32Array, at: number) => {
    for (let w = 0; w < words; w++) row[w] = from[at + w] as number;
    for (let w = words; w < bufferWords; w++) row[w] = from[at + w + 1] as number;
  };
  const store = (buffer: Int32Array, word: number) => {
    for (let w = 0; w < words; w++) buffer[w] = row[w] as number;
    buffer[words] = word;
    for (let w = words; w < bufferWords; w++) buffer[w + 1] = row[w] as number;
  };

  const model: Model = {
    ...machine,
    identity: JSON.stringify([machine.identity, guest]),
    words: words + 1,
    bufferWords: bufferWords + 1,
    goals,
    initial: (buffer) => {
      machine.initial(row);
      store(buffer, memory.initial);
    },
    step: (buffer, event, wanted) => {
      const word = buffer[words] as number;
      const next = memory.after(word, buffer, event);
      if (next === NOT_NOW) return REFUSED;
      load(buffer, 0);
      const seen = witnesses(world, rows, memory, world.layout.events[event] as Event, row, word);
      const found = machine.step(row, event, wanted);
      if (found === REFUSED) return REFUSED;
      store(buffer, next);
      return found | seen;
    },
    // Which events a guest carries out is known before any is taken, and only those are.
    expand: undefined,
    inspect: (buffer, wanted) => {
      load(buffer, 0);
      let found = machine.inspect(row, wanted & ~SAFETY_BIT);
      const beside = facts === null ? null : row;
      if (facts !== null) stepper.fills.fill(row, 0);
      const relied = memory.relied(buffer[words] as number, row);
      if ((wanted & (SAFETY_BIT | EARLY)) !== 0) {
        const pages = stale.inspect(row, beside, words, ALL);
        if ((pages & relied) !== 0) found |= SAFETY_BIT;
        if ((pages & ~relied) !== 0) found |= EARLY;
      }
      if ((wanted & READS) !== 0 && (read.inspect(row, beside, words, relied) & relied) !== 0) found |= READS;
      if ((wanted & HOLDS) !== 0 && (entries.inspect(row, beside, words, relied) & relied) !== 0)
        found |= HOLDS;
      if ((wanted & UNUSED) !== 0 && elsewhere.inspect(row, beside, words, ALL) !== 0) found |= UNUSED;
      return found;
    },
    symmetry: () => null,
  };
  if (facts === null) return model;
  return {
    ...model,
    count: (states, at) => {
      load(states, at);
      return stepper.countFacts(row, 0);
    },
    alone: groupsOf(model, facts, {
      initial: (buffer) => {
        memo.initial(row);
        store(buffer, memory.initial);
      },
      fill: (buffer) => {
        load(buffer, 0);
        stepper.fills.fill(row, 0);
        store(buffer, buffer[words] as number);
      },
    }),
  };
}

/** What an event that the guest carries out is an instance of. */
function witnesses(
  world: World,
  rows: RowLayout,
  memory: GuestMemory,
  event: Event,
  row: Int32Array,
  word: number,
): number {
  const { guest, mmu } = rows.vcpus[0] as VcpuFields;
  if (event.kind !== 'mov-cr3' || valueIn(row, guest.cr4.pcide) === 0) return 0;
  if (event.noflush)
    return mmu.prevRoots.some((root) => isRootOf(world.layout, row, root, event)) ? TAKES_CACHED : 0;
  const before = memory.read(word).contexts[event.low - 1] ?? null;
  if (before === null || event.space === memory.registers(row).cr3.space) return 0;
  return before.mm === event.space ? CHANGED : FROM_ANOTHER;
}

/** Whether a root slot holds a root of a CR3 value. */
function isRootOf({ spaces }: Layout, row: Int32Array, root: RootField, { space, low }: Cr3): boolean {
  return (
    valueIn(row, root.valid) === 1 &&
    spaces[valueIn(row, root.space)] === space &&
    valueIn(row, root.low) === low
  );
}
