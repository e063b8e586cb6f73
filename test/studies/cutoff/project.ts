import type { Machine } from '../../../spec/state/machine.ts';
import type { TlbEntry } from '../../../spec/state/tlb.ts';
import { distinct, withTlbs } from './dominates.ts';

/** The machine with every frame renamed, several perhaps to one. */
export function withFrames(machine: Machine, rename: (frame: string) => string): Machine {
  const entries = <T extends { level: number; entries: readonly (string | null)[] }>(page: T): T => ({
    ...page,
    entries:
      page.level > 1 ? page.entries : page.entries.map((frame) => (frame === null ? null : rename(frame))),
  });
  const tlb = (all: readonly TlbEntry[]) =>
    distinct(all.map((entry) => ({ ...entry, frame: rename(entry.frame) })));
  return {
    ...machine,
    memory: mapValues(machine.memory, entries),
    shadow: mapValues(machine.shadow, entries),
    vcpus: withTlbs(machine, tlb, tlb),
  };
}

/** The machine without the TLB entries of a page, and with one frame in each of its present entries. */
export function withPageFrozen(machine: Machine, page: string, index: number, frame: string): Machine {
  const entries = <T extends { level: number; entries: readonly (string | null)[] }>(table: T): T => ({
    ...table,
    entries:
      table.level > 1
        ? table.entries
        : table.entries.map((entry, i) => (i === index && entry !== null ? frame : entry)),
  });
  const tlb = (all: readonly TlbEntry[]) => all.filter((entry) => entry.page !== page);
  return {
    ...machine,
    memory: mapValues(machine.memory, entries),
    shadow: mapValues(machine.shadow, entries),
    vcpus: withTlbs(machine, tlb, tlb),
  };
}

/**
 * The machine as one frame sees it: of each level-1 entry whether it is that frame, none or another, of each
 * entry of a shadow page also whether it agrees with the guest's, and of the TLBs the entries with that frame.
 */
export function withAgreement(machine: Machine, apart: string): Machine {
  const kind = (entry: string | null) => (entry === null || entry === apart ? entry : 'another');
  const tlb = (all: readonly TlbEntry[]) => all.filter(({ frame }) => frame === apart);
  return {
    ...machine,
    memory: mapValues(machine.memory, (page) =>
      page.level > 1 ? page : { ...page, entries: page.entries.map(kind) },
    ),
    shadow: mapValues(machine.shadow, (sp) => {
      const guest = machine.memory[sp.page]?.entries;
      const agrees = (entry: string | null, index: number) =>
        `${kind(entry)} ${entry === guest?.[index] ? 'agrees' : 'differs'}`;
      return sp.level > 1 ? sp : { ...sp, entries: sp.entries.map(agrees) };
    }),
    vcpus: withTlbs(machine, tlb, tlb),
  };
}

/** The machine without all user pages but the first. */
export function withFirstPage(machine: Machine): Machine {
  const first = <T extends { level: number; entries: readonly (string | null)[] }>(page: T): T =>
    page.level > 1 ? page : { ...page, entries: page.entries.slice(0, 1) };
  const tlb = (all: readonly TlbEntry[]) => all.filter(({ page }) => page === 'u0');
  return {
    ...machine,
    memory: mapValues(machine.memory, first),
    shadow: mapValues(machine.shadow, (sp) =>
      sp.level > 1 ? sp : { ...first(sp), unsyncChildren: sp.unsyncChildren.slice(0, 1) },
    ),
    vcpus: withTlbs(machine, tlb, tlb),
  };
}

/** The machine without a space that no CR3 and no root slot points to. */
export function withoutSpace(machine: Machine, space: string): Machine {
  const isOf = (name: string) => name === space || name.startsWith(`${space}.`);
  const without = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !isOf(name.split('@')[0] as string)));
  return {
    ...machine,
    memory: without(machine.memory),
    shadow: without(machine.shadow),
    writable: without(machine.writable),
    vcpus: machine.vcpus.map((vcpu) => ({ ...vcpu, mayStore: without(vcpu.mayStore) })),
  };
}

/** The machine with its first vCPU alone. */
export function withOneVcpu(machine: Machine): Machine {
  return { ...machine, vcpus: machine.vcpus.slice(0, 1) };
}

/** The machine without the least recently used slot of prev_roots. */
export function withoutLastSlot(machine: Machine): Machine {
  const vcpus = machine.vcpus.map((vcpu) => ({
    ...vcpu,
    mmu: { ...vcpu.mmu, prevRoots: vcpu.mmu.prevRoots.slice(0, -1) },
  }));
  return { ...machine, vcpus };
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
