import { match } from 'ts-pattern';
import type { MovCr4 } from '../../../spec/events/event.ts';
import type { Home } from '../../../spec/layouts/layout.ts';
import { upperEntry } from '../../../spec/reducers/write-dir.ts';
import { CR4_BITS } from '../../../spec/state/registers.ts';
import type { World } from '../../../spec/world/world.ts';
import { whyNoInstruction } from '../../kvm/no-instruction.ts';
import { entryIndex, halfOf } from '../../kvm/paging.ts';
import type { ReplayStep } from '../../replay/replay.ts';
import { frameNumber, leafEntry, linkName, pageName, tableName } from './names.ts';

/** What stands in the test for an event. */
export interface Instruction {
  /** A C expression: what carries the event out. */
  readonly code: string;
  /** What its value says; none if it has none worth keeping. */
  readonly gives: 'frame' | 'vector' | 'whether it faults' | null;
}

/** An event that no instruction of a guest on one vCPU brings about, and why. */
export interface Refusal {
  readonly refused: string;
}

/** The instruction for a step, or why there is none. */
export function instructionFor(world: World, { event, exit, before }: ReplayStep): Instruction | Refusal {
  if (event.cpu !== 0) return { refused: `vCPU ${event.cpu} takes part, and the test has one` };
  const refused = whyNoInstruction(event, before);
  if (refused !== null) return { refused };
  const { layout } = world;
  const faults = exit.outcome === '#GP';
  const checked = (call: string, argument: string): Instruction =>
    faults
      ? { code: `${call}_safe(${argument})`, gives: 'vector' }
      : { code: `${call}(${argument})`, gives: null };
  return match(event)
    .returnType<Instruction | Refusal>()
    .with({ kind: 'access' }, ({ page }) => ({ code: `load(${pageName(page)})`, gives: 'frame' }))
    .with({ kind: 'write-pte', emulated: true }, () => ({
      refused: 'whether KVM emulates a store is not for the guest to say',
    }))
    .with({ kind: 'write-pte' }, ({ space, page, frame }) => {
      const home = layout.homes[`${space}:${page}`] as Home;
      const index = entryIndex(layout, home.page, home.index);
      return storeTo(tableName(layout, home.page), `${index}`, leafEntry(halfOf(layout, page), frame));
    })
    .with({ kind: 'write-dir' }, (write) => {
      const { page, index } = upperEntry({ world, machine: before }, write);
      const entry = layout.spaces.includes(page) ? `${write.half.toUpperCase()}_ENTRY` : `${index}`;
      const value = write.table === null ? '0' : `link[${linkName({ from: page, to: write.table })}]`;
      return storeTo(tableName(layout, page), entry, value);
    })
    .with({ kind: 'mov-cr3' }, ({ space, low, noflush }) =>
      checked(
        'write_cr3',
        [
          `cr3_of(${tableName(layout, space)})`,
          ...(low === 0 ? [] : [`${low}`]),
          ...(noflush ? ['CR3_NOFLUSH'] : []),
        ].join(' | '),
      ),
    )
    .with({ kind: 'mov-cr4' }, ({ bits }) => checked('write_cr4', cr4Value(bits)))
    .with({ kind: 'mov-cr0' }, ({ wp }) =>
      checked('write_cr0', wp ? 'read_cr0() | X86_CR0_WP' : 'read_cr0() & ~X86_CR0_WP'),
    )
    .with({ kind: 'invlpg' }, ({ page }) => ({ code: `invlpg(${pageName(page)})`, gives: null }))
    .with({ kind: 'invpcid', type: 'address' }, ({ pcid, page }) => invpcid(0, pcid, pageName(page)))
    .with({ kind: 'invpcid', type: 'single' }, ({ pcid }) => invpcid(1, pcid, 'NULL'))
    .with({ kind: 'invpcid', type: 'all' }, () => invpcid(2, 0, 'NULL'))
    .with({ kind: 'invpcid', type: 'all-nonglobal' }, () => invpcid(3, 0, 'NULL'))
    .with({ kind: 'page-fault' }, ({ page }) => ({
      code: `store_faults(${pageName(page)})`,
      gives: 'whether it faults',
    }))
    .with({ kind: 'nested' }, () => ({ refused: 'a nested hypervisor takes part, and the test is none' }))
    .with({ kind: 'host' }, ({ action }) => ({
      refused: `the host does it (${action}), and no instruction of the guest`,
    }))
    .otherwise(({ kind }) => {
      throw new Error(`cannot happen: ${kind} is refused before`);
    });
}

function storeTo(table: string, index: string, value: string): Instruction {
  return { code: `WRITE_ONCE(table[${table}][${index}], ${value})`, gives: null };
}

function invpcid(type: number, pcid: number, address: string): Instruction {
  return { code: `invpcid(${type}, ${pcid}, ${address})`, gives: 'vector' };
}

function cr4Value(bits: MovCr4['bits']): string {
  const named = (value: boolean) =>
    CR4_BITS.filter((bit) => bits[bit] === value).map((bit) => `X86_CR4_${bit.toUpperCase()}`);
  const [set, cleared] = [named(true), named(false)];
  const kept = cleared.length === 0 ? 'read_cr4()' : `(read_cr4() & ~${group(cleared)})`;
  return [kept, ...set].join(' | ');
}

function group(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : `(${names.join(' | ')})`;
}

/** A set of frames as a C expression: a bit each, bit 0 for a page fault. */
export function frameSet(frames: readonly string[], fault: boolean): string {
  const bits = [...(fault ? [0] : []), ...frames.map(frameNumber)];
  return bits.map((bit) => `BIT(${bit})`).join(' | ');
}
