import type { Event } from '../../spec/events/event.ts';
import { GUESTS, type GuestName } from '../../spec/guests/named.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import { type Model, REFUSED } from '../checker/model.ts';
import { createCore } from '../core/create.ts';
import { FOUND } from '../core/findings.ts';
import { createModel as createCoreModel, type ModelData, worldOf } from '../core/model.ts';
import { type Field, valueIn } from '../core/row/field.ts';
import type { VcpuFields } from '../core/row/fields.ts';
import { activePage } from './active-context.ts';
import { FINDINGS_WITH_GUEST, guestBit } from './findings.ts';
import { LinuxWords } from './linux-words.ts';

/** What a model of KVM's machine under a guest is made from: plain data. */
export interface GuestModelData extends ModelData {
  readonly guest: GuestName;
}

/** Not looked up yet. */
const UNKNOWN = -2;
const NOT_NOW = -1;

/**
 * KVM's machine with a guest that keeps a discipline: a state is the machine's row and a word of what the guest
 * remembers, and an event that the guest would not carry out is refused.
 *
 * Safety is about what the guest can read under the CR3 value that it has loaded, of entries whose last store
 * it has flushed: which other values it loads, and whether it flushes then, is the guest's to decide, and so is
 * what it relies on before it has flushed.
 *
 * @throws GuestError when the layout is none of the guest's
 */
export async function createModel(data: GuestModelData): Promise<Model> {
  const world = worldOf(data);
  const { events } = world.layout;
  const guest = GUESTS[data.guest](world.layout);
  const encoding = new LinuxWords(world.layout, guest.debts, guest.initial.contexts.length);
  const inner = await createCoreModel(data);
  const { core } = createCore(world);
  const [v] = core.layout.vcpus as [VcpuFields];
  const { words } = inner;
  const machine = new Int32Array(inner.bufferWords);

  const { registers, numberOf } = registersOf(core.layout.spaceBits, world.layout.spaces, v);
  const known = new Map<number, Float64Array>();
  /** What the guest remembers after an event, or NOT_NOW. */
  const remembers = (word: number, row: Int32Array, event: number): number => {
    const key = word * 2 ** 16 + numberOf(row);
    let after = known.get(key);
    if (after === undefined) {
      after = new Float64Array(events.length).fill(UNKNOWN);
      known.set(key, after);
    }
    if (after[event] === UNKNOWN) {
      const before = encoding.read(word);
      const next = guest.after(before, registers(row), events[event] as Event);
      after[event] = next === null ? NOT_NOW : encoding.write(next);
    }
    return after[event] as number;
  };

  const SAFETY_BIT = FOUND[SAFETY] as number;
  const READS = guestBit('guest-reads-what-it-flushed-for');
  const HOLDS = guestBit('guest-tlb-holds-what-it-flushed-for');
  const EARLY = guestBit('stale-read-before-the-flush');
  const UNUSED = guestBit('stale-root-that-the-guest-will-not-use');

  return {
    identity: JSON.stringify([inner.identity, data.guest]),
    words: words + 1,
    facts: 0,
    bufferWords: words + 1,
    events: inner.events,
    findings: FINDINGS_WITH_GUEST,
    notes: inner.notes,
    noted: inner.noted,
    symmetry: () => null,
    initial: (buffer) => {
      inner.initial(machine);
      buffer.set(machine.subarray(0, words));
      buffer[words] = encoding.write(guest.initial);
    },
    step: (buffer, event, wanted) => {
      const word = buffer[words] as number;
      const next = remembers(word, buffer, event);
      if (next === NOT_NOW) return REFUSED;
      const seen = witnesses(events[event] as Event, buffer, word);
      machine.set(buffer.subarray(0, words));
      const found = inner.step(machine, event, wanted);
      if (found === REFUSED) return REFUSED;
      buffer.set(machine.subarray(0, words));
      buffer[words] = next;
      return found | seen;
    },
    inspect: (buffer, wanted) => {
      machine.set(buffer.subarray(0, words));
      const found = inner.inspect(machine, wanted | SAFETY_BIT);
      core.row.set(machine);
      let safety = 0;
      let relied = 0;
      let early = 0;
      const memory = encoding.read(buffer[words] as number);
      const before = registers(buffer);
      for (const page of core.layout.pages) {
        const { used, fresh, allowed } = activePage(core, v, page);
        const stale = (used & ~fresh & ~allowed) !== 0;
        if (!guest.reliesOn(memory, before, page.name)) {
          if (stale) early = EARLY;
          continue;
        }
        if (stale) safety = SAFETY_BIT;
        if ((used & ~fresh) !== 0) relied |= READS;
        if ((allowed & ~fresh) !== 0) relied |= HOLDS;
      }
      const unused = (found & SAFETY_BIT) !== 0 && safety === 0 && early === 0 ? UNUSED : 0;
      return (found & ~SAFETY_BIT) | safety | relied | early | unused;
    },
  };

  /** What an event that the guest carries out is an instance of. */
  function witnesses(event: Event, row: Int32Array, word: number): number {
    if (event.kind !== 'mov-cr3' || valueIn(row, v.pcide) === 0) return 0;
    if (event.noflush) {
      core.row.set(row.subarray(0, words));
      const value = (event.low << core.layout.spaceBits) | world.layout.spaces.indexOf(event.space);
      const cached = v.prevRoots.some((slot) => holdsRootOf(row, slot, value, core.layout.cr3Bits));
      return cached ? guestBit('noflush-load-takes-a-cached-root') : 0;
    }
    const before = encoding.read(word).contexts[event.low - 1] ?? null;
    if (before === null || event.space === registers(row).cr3.space) return 0;
    if (before.mm !== event.space) return guestBit('asid-taken-from-another-mm');
    return guestBit('flushing-load-of-an-mm-that-was-changed');
  }
}

function holdsRootOf(row: Int32Array, slot: Field, value: number, cr3Bits: number): boolean {
  const root = valueIn(row, slot);
  return root !== 0 && ((root >>> 1) & ((1 << cr3Bits) - 1)) === value;
}

/** The registers in a row, and a number of at most 16 bits that tells them apart. */
function registersOf(spaceBits: number, spaces: readonly string[], v: VcpuFields) {
  return {
    registers: (row: Int32Array) => {
      const value = valueIn(row, v.cr3);
      return {
        cr3: { space: spaces[value & ((1 << spaceBits) - 1)] as string, low: value >>> spaceBits },
        cr4: {
          pcide: valueIn(row, v.pcide) === 1,
          pge: valueIn(row, v.pge) === 1,
          smep: valueIn(row, v.smep) === 1,
        },
      };
    },
    numberOf: (row: Int32Array) =>
      (valueIn(row, v.cr3) << 3) |
      (valueIn(row, v.pcide) << 2) |
      (valueIn(row, v.pge) << 1) |
      valueIn(row, v.smep),
  };
}
