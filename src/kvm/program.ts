import { match } from 'ts-pattern';
import type { Event, Host, MovCr4, Nested } from '../../spec/events/event.ts';
import type { Home } from '../../spec/layouts/layout.ts';
import { upperEntry } from '../../spec/reducers/write-dir.ts';
import type { Space } from '../../spec/state/names.ts';
import { CR4_BITS, type Cr4Bit } from '../../spec/state/registers.ts';
import type { World } from '../../spec/world/world.ts';
import type { PlainStep } from '../replay/replay.ts';
import { formatEvent } from '../trace/print.ts';
import { type GuestImage, guestImage } from './image.ts';
import { whyNoInstruction } from './no-instruction.ts';
import { halfOf } from './paging.ts';

/** An event as the guest's program takes it: struct event of test/kvm/rig/rig.h. */
export type Operation = readonly [operation: bigint, a: bigint, b: bigint, vcpu: bigint];

/** A trace as a guest that carries it out. */
export interface Program {
  readonly image: GuestImage;
  readonly vcpus: number;
  /** Whether it runs a guest of its own. */
  readonly isHypervisor: boolean;
  readonly operations: readonly Operation[];
}

/** An event that the rig cannot bring about. */
export class UnsupportedStep extends Error {
  override readonly name = 'UnsupportedStep';
  /** 0-based. */
  readonly step: number;

  constructor(step: number, event: Event, why: string) {
    super(`'${formatEvent(event)}' cannot be had of a running KVM: ${why}`);
    this.step = step;
  }
}

/** In the order of `operations` in test/kvm/rig/guest.S. */
const CODES = {
  end: 0n,
  read: 1n,
  write: 2n,
  writeEmulated: 3n,
  store: 4n,
  setCr0: 5n,
  setCr3: 6n,
  setCr4: 7n,
  invalidate: 8n,
  invalidatePcid: 9n,
  host: 10n,
  nestedEnter: 11n,
  nestedExit: 12n,
  nestedInvvpid: 13n,
};

const WP = 1n << 16n;
const NOFLUSH = 1n << 63n;
const CR4_MASK: Readonly<Record<Cr4Bit, bigint>> = { pge: 1n << 7n, pcide: 1n << 17n, smep: 1n << 20n };
const INVPCID_TYPES = ['address', 'single', 'all', 'all-nonglobal'] as const;
/** HOST_* of test/kvm/rig/rig.h. */
const HOST_ACTIONS: Partial<Record<Host['action'], bigint>> = { 'zap-all': 1n, 'flush-guest': 2n };

/** As in test/kvm/rig/rig.h. */
const MOST_EVENTS = 0x4000;

/**
 * A guest for a trace that the specification has carried out.
 *
 * @param hasPcid whether the rig's processor has PCIDs and INVPCID
 * @throws UnsupportedGuest for a layout that no guest has
 * @throws UnsupportedStep at the first event that the rig cannot bring about
 */
export function programFor(world: World, steps: readonly PlainStep[], hasPcid: boolean): Program {
  const image = guestImage(world.layout);
  const operations = steps.map((step, i) => {
    if (i >= MOST_EVENTS - 1)
      throw new UnsupportedStep(i, step.event, `the guest has room for ${MOST_EVENTS - 1} events`);
    const why = whyUnsupported(step, hasPcid);
    if (why !== null) throw new UnsupportedStep(i, step.event, why);
    return operation(world, image, steps, i);
  });
  const end: Operation = [CODES.end, 0n, 0n, BigInt(steps.at(-1)?.event.cpu ?? 0)];
  const isHypervisor = steps.some(({ event }) => event.kind === 'nested');
  return { image, vcpus: world.layout.bounds.vcpus, isHypervisor, operations: [...operations, end] };
}

/** Why the rig cannot bring an event about; null if it can. */
export function whyUnsupported(step: PlainStep, hasPcid: boolean): string | null {
  const { event, before } = step;
  if (!hasPcid && (event.kind === 'invpcid' || (event.kind === 'mov-cr4' && event.bits.pcide)))
    return 'the processor has no PCIDs and no INVPCID (--pcid boots one that has)';
  if (event.kind === 'host' && HOST_ACTIONS[event.action] === undefined)
    return 'the rig has no way to make the host do it';
  if (event.kind === 'nested') return whyNotNested(step, event, hasPcid);
  const { guestMode } = before.vcpus[event.cpu]?.guest ?? {};
  if (guestMode && (event.kind === 'mov-cr0' || event.kind === 'mov-cr4'))
    return 'the hypervisor would have its own value again once its guest leaves';
  return whyNoInstruction(event, before);
}

/** A guest is a hypervisor on Intel's processor alone, and on one vCPU. */
function whyNotNested({ outcome, before }: PlainStep, event: Nested, hasPcid: boolean): string | null {
  if (!hasPcid) return 'the processor has no VMX (--pcid boots one that has)';
  if (before.vcpus.length > 1) return 'the guest is a hypervisor on one vCPU alone';
  if (outcome === '#GP') return 'an instruction of VMX in a nested guest leaves it';
  return 'fails' in event ? 'the rig has no way to make a nested VM entry fail' : null;
}

function operation(world: World, image: GuestImage, steps: readonly PlainStep[], at: number): Operation {
  const { event, before } = steps[at] as PlainStep;
  const { layout } = world;
  const of = (code: keyof typeof CODES, a: bigint, b = 0n): Operation => [
    CODES[code],
    a,
    b,
    BigInt(event.cpu),
  ];
  return match(event)
    .returnType<Operation>()
    .with({ kind: 'access' }, ({ page }) => of('read', image.pageAt(page)))
    .with({ kind: 'page-fault' }, ({ page }) => of('store', image.pageAt(page)))
    .with({ kind: 'write-pte' }, ({ space, page, frame, emulated }) => {
      const home = layout.homes[`${space}:${page}`] as Home;
      const entry = image.leaf(halfOf(layout, page), frame);
      return of(emulated ? 'writeEmulated' : 'write', image.entryAt(home.page, home.index), entry);
    })
    .with({ kind: 'write-dir' }, (write) => {
      const { page, index } = upperEntry({ world, machine: before }, write);
      const entry = write.table === null ? 0n : image.entryTo(page, write.table);
      return of('write', image.entryAt(page, index), entry);
    })
    .with({ kind: 'mov-cr3' }, ({ space, low, noflush }) =>
      of('setCr3', image.top(space) | BigInt(low) | (noflush ? NOFLUSH : 0n)),
    )
    .with({ kind: 'mov-cr4' }, ({ bits }) => of('setCr4', ...cr4Operands(bits)))
    .with({ kind: 'mov-cr0' }, ({ wp }) => of('setCr0', WP, wp ? WP : 0n))
    .with({ kind: 'invlpg' }, ({ page }) => of('invalidate', image.pageAt(page)))
    .with({ kind: 'invpcid' }, (invpcid) => {
      const type = BigInt(INVPCID_TYPES.indexOf(invpcid.type)) << 16n;
      const pcid = 'pcid' in invpcid ? BigInt(invpcid.pcid) : 0n;
      return of('invalidatePcid', type | pcid, 'page' in invpcid ? image.pageAt(invpcid.page) : 0n);
    })
    .with({ kind: 'nested', action: 'enter' }, ({ space, vpid }) => {
      const given = vpid === undefined ? 0n : vpidAt(steps, at);
      return of('nestedEnter', image.top(space) | (given << 48n), image.top(spaceAfterExit(steps, at)));
    })
    .with({ kind: 'nested', action: 'exit' }, () => of('nestedExit', 0n))
    .with({ kind: 'nested', action: 'invvpid' }, () => of('nestedInvvpid', vpidAt(steps, at)))
    .with({ kind: 'host' }, ({ action }) => of('host', HOST_ACTIONS[action] as bigint))
    .otherwise(({ kind }) => {
      throw new Error(`cannot happen: ${kind} is refused before`);
    });
}

/** The VPID of the nested guest: a new one has the next number. */
function vpidAt(steps: readonly PlainStep[], at: number): bigint {
  const isNew = ({ event }: PlainStep) =>
    event.kind === 'nested' && event.action === 'enter' && event.vpid === 'new';
  return 1n + BigInt(steps.slice(0, at + 1).filter(isNew).length);
}

/** The space with which the hypervisor goes on once its guest leaves: it says so when it enters. */
function spaceAfterExit(steps: readonly PlainStep[], at: number): Space {
  for (const { event } of steps.slice(at))
    if (event.kind === 'nested' && event.action === 'exit') return event.space;
  return steps[at]?.before.vcpus[0]?.guest.cr3.space as Space;
}

/** The bits that change, and of them those that are set. */
function cr4Operands(bits: MovCr4['bits']): [bigint, bigint] {
  const mask = (of: (bit: Cr4Bit) => boolean) =>
    CR4_BITS.filter(of).reduce((sum, bit) => sum | CR4_MASK[bit], 0n);
  return [mask((bit) => bits[bit] !== undefined), mask((bit) => bits[bit] === true)];
}
