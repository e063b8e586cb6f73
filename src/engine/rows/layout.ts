import type { Contract } from '../../../spec/contracts/contract.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { KVM_VCPU, VM } from '../../../spec/schema/schema.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import { ROLES, type Role } from '../../../spec/state/shadow.ts';
import { type Entry, walk } from '../../../spec/state/walk.ts';
import { Allocator, bitsFor } from './allocate.ts';
import { rolesOf, whatMayChange } from './changes.ts';
import type { Field } from './field.ts';
import type { PageFields, RowLayout, TlbsInRows, VcpuFields } from './fields.ts';
import { candidates, guestPageFields, storedEntries } from './guest-pages.ts';
import { type Placing, placeFields } from './places.ts';
import { levelsOf, shadowPageFields } from './shadow-pages.ts';
import { masksOf } from './tagged-set.ts';
import { vpidFields } from './vpids.ts';

/** What rows are to hold. */
export interface RowOptions {
  readonly tlbs: TlbsInRows;
  /** Whether the CR3 values that were loaded are kept apart with them. */
  readonly loadedApart: boolean;
  /** Whether a root may point to the top page of another space than that of its CR3. */
  readonly strayRoots: boolean;
  /** Of the kernel: it decides which roles shadow pages have. */
  readonly smepRole: Kernel['smepRole'];
  /** The word that a row begins with. */
  readonly first?: number;
}

/** Lays out the rows of a layout. A fact that none of its events changes takes no bits. */
export function rowLayout(layout: Layout, contract: Contract, options: RowOptions): RowLayout {
  const { tlbs, loadedApart, strayRoots, smepRole, first = 0 } = options;
  const { bounds, events } = layout;
  const allocator = new Allocator(first);
  const occupied = allocator.bits('occupied', 1);
  const may = whatMayChange(events);
  const roles = rolesOf(may, smepRole);
  const space = bitsFor(bounds.spaces - 1);
  const stored = new Set([...storedEntries(layout)].map((entry) => entry.slice(0, entry.indexOf('['))));
  const at: Placing = {
    allocator,
    layout,
    sizes: {
      space,
      low: bitsFor(bounds.pcids - 1),
      role: bitsFor(Math.max(...roles)),
      obsolete: may.zap ? 1 : 0,
      pageSpace: strayRoots ? space : 0,
    },
    isStored: (page) => stored.has(page),
    prefix: '',
  };

  const pages = pagesOf(layout);
  const ofVcpus: Field[] = [];
  const vcpus = Array.from({ length: bounds.vcpus }, (_, cpu): VcpuFields => {
    const prefix = bounds.vcpus === 1 ? '' : `cpu ${cpu}`;
    const before = allocator.fields.length;
    const kvm = placeFields(KVM_VCPU, { ...at, prefix });
    ofVcpus.push(...allocator.fields.slice(before));
    const vpids = vpidFields({ ...at, prefix }, contract, pages, may, options);
    return { ...kvm, cpu, root: kvm.mmu.root, vpids };
  });
  const vm = placeFields(VM, at);
  const guestPages = guestPageFields(at);
  const shadowPagesOf = (obsolete: boolean) =>
    guestPages.flatMap((guest) =>
      roles.flatMap((number) => {
        const role = ROLES[number] as Role;
        return levelsOf(guest, guestPages)
          .filter((level) => !obsolete || level < layout.levels)
          .map((level) => {
            const asTable = level < guest.level ? { asTable: true as const } : {};
            return shadowPageFields(at, guest, { page: guest.name, role, level, ...asTable, obsolete });
          });
      }),
    );
  const shadowPages = [...shadowPagesOf(false), ...(may.zapDuring ? shadowPagesOf(true) : [])];
  return {
    layout,
    words: allocator.words,
    fields: allocator.fields,
    occupied,
    tlbs,
    loadedApart,
    ofVcpus: masksOf(ofVcpus),
    spaces: bounds.spaces,
    pcids: bounds.pcids,
    frames: bounds.frames,
    zaps: may.zap,
    pages,
    guestPages,
    ...vm,
    shadowPages,
    vcpus,
  };
}

function pagesOf(layout: Layout): PageFields[] {
  const { virtualPages, paths, spaces, memory } = layout;
  return virtualPages.map((name, index) => {
    const path = paths[name] as readonly number[];
    const table = walk(memory, spaces[0] as string, path.slice(0, -1)) as string;
    const { level, global } = memory[table] as GuestPage;
    const frames = candidates(layout, table, path.at(-1) as number).filter(isPresent);
    return { name, index, path, global, level, frames };
  });
}

function isPresent(entry: Entry): entry is string {
  return entry !== null;
}
