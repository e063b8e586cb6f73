import type { Machine, World } from '../state/machine.ts';
import type { Frame, VirtualPage } from '../state/names.ts';
import { type Cr3, formatCr3, pcidOf } from '../state/registers.ts';
import { shadowPageId } from '../state/shadow.ts';
import { mayHold } from '../state/tlb.ts';
import type { Root, Vcpu } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';

/** Where a translation is kept. */
export type Holder = 'root' | `prev_roots[${number}]` | 'hardware TLB';

/** A CR3 value under which the guest can run without another sync or flush, and the root that serves it. */
export interface Context {
  readonly holder: Exclude<Holder, 'hardware TLB'>;
  readonly root: Root;
}

/** A translation that a context would use. */
export interface Translation {
  readonly cpu: number;
  readonly holder: Holder;
  readonly pgd: Cr3;
  /** Whether it takes a nested VM entry or exit to use it. */
  readonly ofOtherMode: boolean;
  readonly page: VirtualPage;
  readonly frame: Frame;
}

/**
 * The contexts that make up the vTLB besides the hardware TLB. With PCIDE=1 a NOFLUSH load takes a cached
 * root into use as it is, so prev_roots is part of the vTLB. With PCIDE=0 there is no NOFLUSH load, and it is
 * not.
 */
export function contexts(vcpu: Vcpu): Context[] {
  const found: Context[] = [];
  if (vcpu.root !== null) found.push({ holder: 'root', root: vcpu.root });
  if (vcpu.cr4.pcide) found.push(...cachedRoots(vcpu));
  return found;
}

/** Whether a root is one of L2 while L1 runs, or the reverse. */
function isOfOtherMode({ guestMode }: Vcpu, { page, pgd }: Root): boolean {
  return page.startsWith(shadowPageId({ page: pgd.space, role: 'l2' })) !== guestMode;
}

/** The roots in prev_roots, with their slots. */
export function cachedRoots(vcpu: Vcpu): Context[] {
  return vcpu.prevRoots.flatMap((root, slot) =>
    root === null ? [] : [{ holder: `prev_roots[${slot}]` as const, root }],
  );
}

/**
 * What a context would use: what a walk of its root finds, and what the hardware TLB holds under its PCID.
 * Hardware entries of a PCID that no context has are out of reach: loading that PCID finds no cached root,
 * and a load flushes.
 */
export function translationsOf(world: World, machine: Machine, cpu: number, context: Context): Translation[] {
  const { layout } = world;
  const vcpu = machine.vcpus[cpu] as Vcpu;
  const { pgd } = context.root;
  const pcid = pcidOf(vcpu.cr4, pgd);
  const ofOtherMode = isOfOtherMode(vcpu, context.root);
  const found: Translation[] = [];
  for (const page of layout.virtualPages) {
    const frame = walk(machine.shadow, context.root.page, layout.paths[page] as readonly number[]);
    if (frame !== null) found.push({ cpu, holder: context.holder, pgd, ofOtherMode, page, frame });
  }
  for (const entry of vcpu.hardwareTlb) {
    if (entry.pcid === pcid)
      found.push({ cpu, holder: 'hardware TLB', pgd, ofOtherMode, page: entry.page, frame: entry.frame });
  }
  return found;
}

/**
 * Whether the guest may get this translation: its own TLB could hold it, or a walk of its tables finds it
 * now. What takes a nested entry or exit to be used, which may go to the other VPID, may be held under either.
 */
export function isAllowed({ layout }: World, machine: Machine, translation: Translation): boolean {
  const { cpu, pgd, ofOtherMode, page, frame } = translation;
  const vcpu = machine.vcpus[cpu] as Vcpu;
  const pcid = pcidOf(vcpu.cr4, pgd);
  return (
    mayHold(vcpu.guestTlb, pcid, page, frame) ||
    (ofOtherMode && mayHold(vcpu.otherVpid.guestTlb, pcid, page, frame)) ||
    walk(machine.memory, pgd.space, layout.paths[page] as readonly number[]) === frame
  );
}

/**
 * Every translation in the vTLB of any vCPU that its guest's TLB could not hold and its tables do not give.
 */
export function staleTranslations(world: World, machine: Machine): Translation[] {
  return machine.vcpus.flatMap((vcpu, cpu) =>
    contexts(vcpu).flatMap((context) =>
      translationsOf(world, machine, cpu, context).filter((t) => !isAllowed(world, machine, t)),
    ),
  );
}

/** A stale translation in words. */
export function describeStale({ cpu, holder, pgd, page, frame }: Translation): string {
  const keeper =
    holder === 'hardware TLB' ? `the hardware TLB for ${formatCr3(pgd)}` : `${holder} (${formatCr3(pgd)})`;
  return `cpu ${cpu}: ${keeper} still maps ${page} to ${frame}`;
}
