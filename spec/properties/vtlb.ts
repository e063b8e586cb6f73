import type { KvmMachine, Machine } from '../state/machine.ts';
import type { Frame, VirtualPage } from '../state/names.ts';
import { type Cr3, formatCr3, pcidOf } from '../state/registers.ts';
import { roleIn } from '../state/shadow.ts';
import type { Vpid } from '../state/tlb.ts';
import { type KvmVcpu, type Root, vpidInUse } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import type { World } from '../world/world.ts';
import { heldBy } from './judge.ts';
import type { Held } from './property.ts';

/** Where a translation is kept. */
export type Holder = 'root' | `prev_roots[${number}]` | 'hardware TLB';

/** A CR3 value under which the guest can run without another sync or flush, and the root that serves it. */
export interface Context {
  readonly holder: Exclude<Holder, 'hardware TLB'>;
  readonly root: Root;
  /** The guest's own for the current root, whatever CR3 value that was built for; the root's for a cached one. */
  readonly cr3: Cr3;
}

/** A translation that a context would use. */
export interface Translation {
  readonly cpu: number;
  readonly holder: Holder;
  /** Of the context that would use it. */
  readonly cr3: Cr3;
  readonly page: VirtualPage;
  readonly frame: Frame;
}

/**
 * The contexts that make up the vTLB besides the hardware TLB. With PCIDE=1 a NOFLUSH load takes a cached
 * root into use as it is, so prev_roots is part of the vTLB. With PCIDE=0 there is no NOFLUSH load, and it is
 * not.
 */
export function contexts(vcpu: KvmVcpu): Context[] {
  const slots = Array.from({ length: vcpu.mmu.prevRoots.length + 1 }, (_, slot) => contextAt(vcpu, slot));
  return slots.filter((context) => context !== null);
}

/** The context of a root slot, 0 being the current root; null if there is none, or if it is outside the vTLB. */
export function contextAt(vcpu: KvmVcpu, slot: number): Context | null {
  if (slot > 0) return vcpu.guest.cr4.pcide ? cachedRootAt(vcpu, slot) : null;
  return currentRoot(vcpu);
}

function currentRoot({ mmu: { root }, guest: { cr3 } }: KvmVcpu): Context | null {
  return root && { holder: 'root', root, cr3 };
}

/** The root of a slot of prev_roots, numbered from 1. */
export function cachedRootAt({ mmu }: KvmVcpu, slot: number): Context | null {
  const root = mmu.prevRoots[slot - 1] ?? null;
  return root && { holder: `prev_roots[${slot - 1}]`, root, cr3: root.pgd };
}

/** The roots in prev_roots, with their slots. */
export function cachedRoots(vcpu: KvmVcpu): Context[] {
  return vcpu.mmu.prevRoots.flatMap((_, i) => cachedRootAt(vcpu, i + 1) ?? []);
}

/** Whether a root is one of L2 while L1 runs, or the reverse. */
function isOfOtherMode({ guestMode }: KvmVcpu['guest'], { page }: Root): boolean {
  return (roleIn(page) === 'l2') !== guestMode;
}

/**
 * Where a context would get a translation from: a walk of its root, or the hardware TLB under its PCID; null if
 * from nowhere. Hardware entries of a PCID that no context has are out of reach: loading that PCID finds no
 * cached root, and a load flushes. A root of the other mode brings none into reach either: in this mode a load of its
 * CR3 does not find it, and in that mode other entries are in use, or none are left.
 */
export function holderOf(world: World, machine: KvmMachine, context: Context, held: Held): Holder | null {
  const { guest } = machine.vcpus[held.cpu] as KvmVcpu;
  if (pcidOf(guest.cr4, context.cr3) !== held.pcid) return null;
  if (shadowWalk(world, machine, context, held.page) === held.frame) return context.holder;
  if (isOfOtherMode(guest, context.root)) return null;
  return held.by[vpidInUse(guest)].hardware ? 'hardware TLB' : null;
}

/** What the walk of a context's root finds for a page. */
export function shadowWalk({ layout }: World, machine: KvmMachine, { root }: Context, page: VirtualPage) {
  return walk(machine.shadow, root.page, layout.paths[page] as readonly number[]);
}

/**
 * Whether the guest may get a translation under a context: its own TLB could hold it, or a walk of its tables
 * finds it now. What takes a nested entry or exit to be used, which may go to the other VPID, may be held under
 * either.
 */
export function isAllowed(
  { layout }: World,
  machine: KvmMachine,
  { root, cr3 }: Context,
  held: Held,
): boolean {
  const { guest } = machine.vcpus[held.cpu] as KvmVcpu;
  const inUse = vpidInUse(guest);
  const other: Vpid = inUse === 'vpid01' ? 'vpid02' : 'vpid01';
  const holds = ({ guest: tagged, global }: Held['by'][Vpid]) => tagged || global;
  return (
    holds(held.by[inUse]) ||
    (holds(held.by[other]) && isOfOtherMode(guest, root)) ||
    walk(machine.memory, cr3.space, layout.paths[held.page] as readonly number[]) === held.frame
  );
}

/** Where a context would get a translation from that the guest may not get; null if that is not so. */
export function staleHolder(world: World, machine: KvmMachine, context: Context, held: Held): Holder | null {
  const holder = holderOf(world, machine, context, held);
  return holder === null || isAllowed(world, machine, context, held) ? null : holder;
}

/** What a context would use, and whether the guest may get it. */
export function translationsOf(
  world: World,
  machine: Machine,
  cpu: number,
  context: Context,
): (Translation & { readonly allowed: boolean })[] {
  // A context reaches what is held under its own PCID and nothing else.
  const pcid = pcidOf((machine.vcpus[cpu] as KvmVcpu).guest.cr4, context.cr3);
  return heldBy(world.layout, machine, cpu, [pcid]).flatMap((held) => {
    const holder = holderOf(world, machine, context, held);
    if (holder === null) return [];
    const { page, frame } = held;
    const allowed = isAllowed(world, machine, context, held);
    return [{ cpu, holder, cr3: context.cr3, page, frame, allowed }];
  });
}

/**
 * Every translation in the vTLB of any vCPU that its guest's TLB could not hold and its tables do not give.
 */
export function staleTranslations(world: World, machine: Machine): Translation[] {
  return machine.vcpus.flatMap((vcpu, cpu) =>
    contexts(vcpu).flatMap((context) =>
      translationsOf(world, machine, cpu, context).filter(({ allowed }) => !allowed),
    ),
  );
}

/** Every root of a vCPU with its slot, the current one first and then from the most to the least recently used. */
export function rootsOf(vcpu: KvmVcpu): Context[] {
  return [currentRoot(vcpu) ?? [], cachedRoots(vcpu)].flat();
}

/** A root by its slot and CR3 value. */
export function nameRoot({ holder, root }: Context): string {
  return `${holder} (${formatCr3(root.pgd)})`;
}

/** A stale translation in words. */
export function describeStale({ cpu, holder, cr3, page, frame }: Translation): string {
  const keeper =
    holder === 'hardware TLB' ? `the hardware TLB for ${formatCr3(cr3)}` : `${holder} (${formatCr3(cr3)})`;
  return `cpu ${cpu}: ${keeper} still maps ${page} to ${frame}`;
}
