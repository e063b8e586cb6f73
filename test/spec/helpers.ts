import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { defineKernel, type KernelDefinition } from '../../spec/define/kernel.ts';
import type { Event, EventOf } from '../../spec/events/event.ts';
import type { KernelName } from '../../spec/kernels/named.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import type { Step } from '../../spec/properties/property.ts';
import type { VcpuAtHand } from '../../spec/schema/at-hand.ts';
import { copyMachine } from '../../spec/schema/copy.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { type Cr4Bit, formatCr3 } from '../../spec/state/registers.ts';
import type { ShadowPage } from '../../spec/state/shadow.ts';
import type { VpidTlbs } from '../../spec/state/tlb.ts';
import { type KvmVcpu, type Root, type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { type Exit, exit } from '../../spec/step/exit.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { step } from '../../spec/step/step.ts';
import { flusher, onTlbs } from '../../spec/step/tlb-port.ts';
import type { Here, Processor, World } from '../../spec/world/world.ts';

/** A kernel by name, or as an author defines it. */
export type KernelSetting = KernelName | KernelDefinition;

/** What a scene is played in; v6.12, minimal and kvm unless said otherwise. */
export interface Setting {
  readonly kernel?: KernelSetting;
  readonly layout?: LayoutName;
  readonly contract?: ContractName;
  readonly bounds?: Partial<Bounds>;
}

/** A machine that a test runs events on, with the world around it. */
export interface Scene extends Here, Processor {
  readonly machine: Machine;
  readonly vcpu: Vcpu & VcpuAtHand;
  /** Runs whole steps; what the last one came to. */
  readonly run: (...events: readonly Event[]) => Exit;
  /** Runs a handler only, without the entry behind it. */
  readonly exit: (event: Event) => Exit;
}

export function worldOf({ kernel = 'v6.12', layout = 'minimal', contract = 'kvm', bounds }: Setting): World {
  return {
    kernel: defineKernel(typeof kernel === 'string' ? { base: kernel } : kernel),
    layout: buildLayout(LAYOUTS[layout], bounds),
    contract: CONTRACTS[contract],
  };
}

/** A scene seen from vCPU 0, after these events. */
export function scene(setting: Setting = {}, ...events: readonly Event[]): Scene {
  const world = worldOf(setting);
  const machine = initialMachine(world);
  const run = (...more: readonly Event[]) => {
    let last: Exit = { outcome: 'ok', requests: [], sees: [] };
    for (const event of more) last = step(world, machine, event);
    return last;
  };
  run(...events);
  const vcpu = cpuOf(machine, 0);
  return {
    world,
    machine,
    vcpu: vcpu as Vcpu & VcpuAtHand,
    flush: flusher({ world, machine, vcpu }, onTlbs),
    run,
    exit: (event) => exit(world, machine, event),
  };
}

/** One step on a copy of a machine, as properties see it; its end may be edited. */
export function stepOf({ world, machine: before }: Pick<Processor, 'world' | 'machine'>, event: Event): Step {
  const after = copyMachine(before);
  return { before, event, exit: step(world, after, event), after };
}

export function cpuOf(machine: Machine, cpu: number): Vcpu {
  const vcpu = machine.vcpus[cpu];
  if (vcpu === undefined) throw new Error(`no vCPU ${cpu}`);
  return vcpu;
}

/** What TLBs hold for a vCPU under the VPID in use. */
export function inUse({ guest, tlbs }: Vcpu): VpidTlbs {
  return tlbs[vpidInUse(guest)];
}

export function shadowOf({ machine }: Pick<Here, 'machine'>, id: string): ShadowPage {
  const sp = machine.shadow[id];
  if (sp === undefined) throw new Error(`no shadow page ${id}`);
  return sp;
}

/** The current root and then the cached ones, `-` for an empty slot: `a|0 b|0 - -`. */
export function rootsOf({ mmu }: KvmVcpu): string {
  const show = (root: Root | null) => (root === null ? '-' : formatCr3(root.pgd));
  return [mmu.root, ...mmu.prevRoots].map(show).join(' ');
}

export const access = (page: string): Event => ({ kind: 'access', cpu: 0, page });

export function writePte(place: string, frame: string | null): EventOf<'write-pte'> {
  const [space = '', page = ''] = place.split(':');
  return { kind: 'write-pte', cpu: 0, space, page, frame, emulated: false };
}

export const emulated = (event: EventOf<'write-pte'>): Event => ({ ...event, emulated: true });

export const writeUserDir = (space: string, table: string | null): Event => ({
  kind: 'write-dir',
  cpu: 0,
  space,
  half: 'user',
  table,
});

/** `a` or `a|1`. */
export function movCr3(value: string): EventOf<'mov-cr3'> {
  const [space = '', low = '0'] = value.split('|');
  return { kind: 'mov-cr3', cpu: 0, space, low: Number(low), noflush: false };
}

export const noflush = (value: string): Event => ({ ...movCr3(value), noflush: true });

export const movCr4 = (bits: { readonly [B in Cr4Bit]?: boolean }): Event => ({
  kind: 'mov-cr4',
  cpu: 0,
  bits,
});

export const movCr0 = (wp: boolean): Event => ({ kind: 'mov-cr0', cpu: 0, wp });

export const invlpg = (page: string): Event => ({ kind: 'invlpg', cpu: 0, page });

export const invpcidAddress = (pcid: number, page: string): EventOf<'invpcid'> => ({
  kind: 'invpcid',
  cpu: 0,
  type: 'address',
  pcid,
  page,
});

export const invpcidSingle = (pcid: number): EventOf<'invpcid'> => ({
  kind: 'invpcid',
  cpu: 0,
  type: 'single',
  pcid,
});

export const invpcidAll: EventOf<'invpcid'> = { kind: 'invpcid', cpu: 0, type: 'all' };

export const invpcidAllNonglobal: EventOf<'invpcid'> = { kind: 'invpcid', cpu: 0, type: 'all-nonglobal' };

export const logDirty: Event = { kind: 'host', cpu: 0, action: 'log-dirty' };
export const zapAll: Event = { kind: 'host', cpu: 0, action: 'zap-all' };

export const on = (cpu: number, event: Event): Event => ({ ...event, cpu });

export const SET_PCIDE = movCr4({ pcide: true });

/** u0 and k0 cached under PCIDs 0 and 1; PCID 0 active. */
export const underTwoPcids = (): Scene =>
  scene(
    { layout: 'kernel' },
    SET_PCIDE,
    noflush('b|1'),
    access('u0'),
    access('k0'),
    noflush('a'),
    access('u0'),
    access('k0'),
  );

/** What the hardware's TLB holds under the VPID in use: `0 u0` for u0 under PCID 0. */
export const hardwareEntries = ({ vcpu }: Scene): string[] =>
  inUse(vcpu).hardware.map(({ pcid, page }) => `${pcid} ${page}`);
