import { cachedRoots, contexts, translationsOf } from '../../spec/properties/vtlb.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { type Cr3, formatCr3, pcidOf } from '../../spec/state/registers.ts';
import { framesFor } from '../../spec/state/tlb.ts';
import { type Root, type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import type { World } from '../../spec/world/world.ts';

/** A root slot as people write it: `b|1`, or `-` when it is empty. */
export function formatRoot(root: Root | null): string {
  return root === null ? '-' : formatCr3(root.pgd);
}

/**
 * What is in the vTLB, a line for each CR3 value: `a|0: u0=f1`; a stale frame has a `!`. In brackets: a
 * cached root outside it.
 */
export function formatVtlb(world: World, machine: Machine, cpu: number): string[] {
  const vcpu = machine.vcpus[cpu] as Vcpu;
  const inside = contexts(vcpu).map((context) => {
    const used = translationsOf(world, machine, cpu, context);
    return line(world, context.cr3, (page) => [
      ...new Set(
        used
          .filter((t) => t.page === page)
          .map((t) => `${t.frame}${t.allowed ? '' : '!'}`)
          .sort(),
      ),
    ]);
  });
  const outside = vcpu.guest.cr4.pcide ? [] : cachedRoots(vcpu);
  return [
    ...inside,
    ...outside.map(({ root }) => {
      const frameOf = (page: string) =>
        walk(machine.shadow, root.page, world.layout.paths[page] as readonly number[]);
      return `(${line(world, root.pgd, (page) => [frameOf(page)].filter((frame) => frame !== null))})`;
    }),
  ];
}

/**
 * What the guest may see under each CR3 value of the vTLB: what its own TLB could hold, and what its tables
 * say now.
 */
export function formatGuestView(world: World, machine: Machine, cpu: number): string[] {
  const vcpu = machine.vcpus[cpu] as Vcpu;
  const { guest, tlbs } = vcpu;
  return contexts(vcpu).map(({ root: { pgd } }) =>
    line(world, pgd, (page) => {
      const fresh = walk(machine.memory, pgd.space, world.layout.paths[page] as readonly number[]);
      const cached = framesFor(tlbs[vpidInUse(guest)].guest, pcidOf(guest.cr4, pgd), page);
      return fresh === null || cached.includes(fresh) ? cached : [...cached, fresh].sort();
    }),
  );
}

function line(world: World, pgd: Cr3, framesAt: (page: string) => readonly string[]): string {
  const pages = world.layout.virtualPages
    .map((page) => [page, framesAt(page)] as const)
    .filter(([, frames]) => frames.length > 0)
    .map(([page, frames]) => `${page}=${frames.join('/')}`);
  return `${formatCr3(pgd)}: ${pages.join(' ') || 'nothing'}`;
}
