import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Cr3 } from '../../../spec/state/registers.ts';
import {
  childKey,
  idOf,
  obsoleteId,
  ROLES,
  type Role,
  type ShadowPage,
  shadowPageId,
} from '../../../spec/state/shadow.ts';
import { EMPTY_TLB, fill, type VpidTlbs } from '../../../spec/state/tlb.ts';
import type { Root, Vcpu } from '../../../spec/state/vcpu.ts';
import { noWork } from '../../../spec/state/work.ts';
import { type Field, valueIn } from './field.ts';
import type {
  GuestPageFields,
  ObsoletePageFields,
  PageFields,
  RowLayout,
  ShadowPageFields,
  VcpuFields,
  VpidSets,
} from './fields.ts';
import type { TaggedSet } from './tagged-set.ts';

/** Reads the rows of a layout back as machines of the spec. */
export class Unpacker {
  readonly #layout: Layout;
  readonly #rows: RowLayout;
  #row: Int32Array = new Int32Array(0);

  constructor(layout: Layout, rows: RowLayout) {
    this.#layout = layout;
    this.#rows = rows;
  }

  /** The machine in the first words of `row`; rows say nothing of work, so it has none. */
  unpack(row: Int32Array): Machine {
    this.#row = row;
    const machine: Machine = { memory: {}, shadow: {}, writable: {}, vcpus: [], work: noWork() };
    for (const fields of this.#rows.guestPages) {
      const { name, level, global } = fields;
      const entries = fields.entries.map((field, i) => this.#entry(fields, i, this.#take(field)));
      machine.memory[name] = { level, global, entries };
      machine.writable[name] = this.#take(fields.writable) === 1;
    }
    for (const fields of this.#rows.shadowPages) {
      if (this.#take(fields.exists) === 1) machine.shadow[fields.name] = this.#shadowPage(fields);
    }
    for (const fields of this.#rows.obsoletePages) {
      if (this.#take(fields.exists) === 1) machine.shadow[fields.name] = this.#obsoletePage(fields);
    }
    for (const fields of this.#rows.vcpus) machine.vcpus.push(this.#vcpu(fields, machine));
    return machine;
  }

  #shadowPage(fields: ShadowPageFields): ShadowPage {
    const { page, role, level } = fields;
    return withKind(page, {
      page: page.name,
      role: ROLES[role] as Role,
      level,
      entries: fields.entries.map((field, i) => {
        const value = this.#take(field);
        if (value === 0 || level === 1) return this.#entry(page, i, value);
        return fields.children[i]?.[value]?.name ?? null;
      }),
      unsync: this.#take(fields.unsync) === 1,
      unsyncChildren: fields.unsyncChildren.map((field) => this.#take(field) === 1),
      obsolete: false,
      writeFloodingCount: this.#take(fields.writeFloodingCount),
    });
  }

  #obsoletePage({ page, role: number, level, entries }: ObsoletePageFields): ShadowPage {
    const role = ROLES[number] as Role;
    return withKind(page, {
      page: page.name,
      role,
      level,
      entries: entries.map((field, i) => {
        const entry = this.#entry(page, i, this.#take(field));
        if (entry === null || level === 1) return entry;
        return idOf({ ...childKey(this.#layout.memory, { role, level }, entry), obsolete: true });
      }),
      unsync: false,
      unsyncChildren: entries.map(() => false),
      obsolete: true,
      writeFloodingCount: 0,
    });
  }

  #entry(fields: GuestPageFields, index: number, value: number): string | null {
    if (value === 0) return null;
    if (fields.level === 1) return this.#layout.frames[value - 1] as string;
    return fields.targets[index]?.[value]?.name ?? null;
  }

  #vcpu(fields: VcpuFields, machine: Machine): Vcpu {
    const { spaceBits, roleBits } = this.#rows;
    const hardware = this.#take(fields.hardwareCr3);
    const top = hardware & (2 ** (spaceBits + roleBits) - 1);
    const page = this.#rows.tops[top]?.name as string;
    const ownVpid = this.#take(fields.ownVpid) === 1;
    const inUse = { ...this.#vpidTlbs(fields), away: this.#tlb(fields.awayTlb) };
    const other = this.#vpidTlbs(fields.otherVpid);
    return {
      guest: {
        cr0: { wp: this.#take(fields.wp) === 1 },
        cr3: this.#cr3(this.#take(fields.cr3)),
        cr4: {
          pcide: this.#take(fields.pcide) === 1,
          pge: this.#take(fields.pge) === 1,
          smep: this.#take(fields.smep) === 1,
        },
        guestMode: this.#take(fields.guestMode) === 1,
        ownVpid,
      },
      mmu: {
        root: this.#root(this.#take(fields.root), machine),
        prevRoots: fields.prevRoots.map((field) => this.#root(this.#take(field), machine)),
        requests: [],
        hardwareCr3: { page, pcid: hardware >>> (spaceBits + roleBits) },
      },
      tlbs: ownVpid ? { vpid01: other, vpid02: inUse } : { vpid01: inUse, vpid02: other },
      entryFails: this.#take(fields.entryFails) === 1,
    };
  }

  #vpidTlbs(sets: VpidSets): VpidTlbs {
    return {
      guest: this.#tlb(sets.guestTlb, sets.globals),
      loaded: this.#loaded(sets.loaded),
      hardware: this.#tlb(sets.hardwareTlb),
      away: EMPTY_TLB,
    };
  }

  #cr3(value: number): Cr3 {
    const { spaceBits } = this.#rows;
    return {
      space: this.#layout.spaces[value & (2 ** spaceBits - 1)] as string,
      low: value >>> spaceBits,
    };
  }

  #root(value: number, machine: Machine): Root | null {
    if (value === 0) return null;
    const { cr3Bits, roleBits } = this.#rows;
    const pgd = this.#cr3((value >>> 1) & (2 ** cr3Bits - 1));
    const role = ROLES[(value >>> (1 + cr3Bits)) & (2 ** roleBits - 1)] as Role;
    const id = shadowPageId({ page: pgd.space, role });
    if (value >>> (1 + cr3Bits + roleBits) === 0) return { pgd, page: id };
    const level = this.#layout.levels;
    const none = this.#layout.memory[pgd.space]?.entries ?? [];
    machine.shadow[obsoleteId(id)] = {
      page: pgd.space,
      role,
      level,
      entries: none.map(() => null),
      unsync: false,
      unsyncChildren: none.map(() => false),
      obsolete: true,
      writeFloodingCount: 0,
    };
    return { pgd, page: obsoleteId(id) };
  }

  #tlb({ slots }: TaggedSet, globals?: TaggedSet) {
    let tlb = EMPTY_TLB;
    const take = (slot: Field | undefined, pcid: number | 'global', { name, frames }: PageFields) => {
      const items = slot === undefined ? 0 : this.#take(slot);
      frames.forEach((frame, i) => {
        if ((items >>> i) & 1) tlb = fill(tlb, pcid, name, frame);
      });
    };
    for (const [at, page] of this.#rows.pages.entries()) {
      for (const [pcid, row] of slots.entries()) take(row[at], pcid, page);
      take(globals?.slots[0]?.[at], 'global', page);
    }
    return tlb;
  }

  #loaded(set: TaggedSet): Cr3[] {
    const loaded: Cr3[] = [];
    this.#layout.spaces.forEach((space, i) => {
      set.slots.forEach(([slot], low) => {
        if (slot !== undefined && (this.#take(slot) >>> i) & 1) loaded.push({ space, low });
      });
    });
    return loaded;
  }

  #take(field: Field): number {
    return valueIn(this.#row, field);
  }
}

/** A shadow page of a guest page, said to be one of a page table if its level is not the guest page's own. */
function withKind({ level }: GuestPageFields, sp: ShadowPage): ShadowPage {
  return sp.level < level ? { ...sp, asTable: true } : sp;
}
