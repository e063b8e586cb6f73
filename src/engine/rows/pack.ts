import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Cr3 } from '../../../spec/state/registers.ts';
import {
  obsoleteId,
  ROLES,
  type Role,
  type ShadowPage,
  type ShadowPageId,
  shadowPageId,
} from '../../../spec/state/shadow.ts';
import { type Tlb, VPIDS, type VpidTlbs } from '../../../spec/state/tlb.ts';
import type { Root, Vcpu } from '../../../spec/state/vcpu.ts';
import type { Entry } from '../../../spec/state/walk.ts';
import type { Field } from './field.ts';
import type {
  GuestPageFields,
  ObsoletePageFields,
  RowLayout,
  ShadowPageFields,
  VcpuFields,
  VpidFields,
} from './fields.ts';
import type { TaggedSet } from './tagged-set.ts';

/** A machine that the rows of a layout have no place for. */
export class PackError extends Error {
  override readonly name = 'PackError';
}

/** Writes machines of the spec as rows. */
export class Packer {
  readonly #layout: Layout;
  readonly #rows: RowLayout;
  #row: Int32Array = new Int32Array(0);

  constructor(layout: Layout, rows: RowLayout) {
    this.#layout = layout;
    this.#rows = rows;
  }

  /**
   * Writes a machine into the first words of `row`.
   *
   * @throws PackError if the machine is one that no step could lead to
   */
  pack({ memory, shadow, writable, vcpus }: Machine, row: Int32Array): void {
    this.#row = row;
    row.fill(0, 0, this.#rows.words);
    this.#put(this.#rows.occupied, 1);
    for (const fields of this.#rows.guestPages) {
      const page = memory[fields.name];
      if (page === undefined) throw new PackError(`no guest page ${fields.name}`);
      this.#put(fields.writable, writable[fields.name] ? 1 : 0);
      for (const [i, field] of fields.entries.entries()) {
        this.#put(field, this.#entry(fields, i, page.entries[i] ?? null));
      }
    }
    let known = 0;
    for (const fields of this.#rows.shadowPages) {
      const sp = shadow[fields.name];
      if (sp === undefined) continue;
      known++;
      this.#shadowPage(fields, sp);
    }
    for (const fields of this.#rows.obsoletePages) {
      const sp = shadow[fields.name];
      if (sp === undefined) continue;
      known++;
      this.#obsoletePage(fields, sp);
    }
    for (const [id, sp] of Object.entries(shadow)) {
      if (!sp.obsolete || this.#rows.obsoletePages.some(({ name }) => name === id)) continue;
      known++;
      if (!vcpus.some(({ mmu }) => [mmu.root, ...mmu.prevRoots].some((held) => held?.page === id)))
        throw new PackError(`no root slot holds the obsolete ${id}`);
      if (sp.entries.some((entry) => entry !== null)) throw new PackError(`the obsolete ${id} has entries`);
    }
    if (known !== Object.keys(shadow).length) throw new PackError(`among ${Object.keys(shadow)}`);
    for (const [cpu, fields] of this.#rows.vcpus.entries()) this.#vcpu(fields, vcpus[cpu] as Vcpu);
  }

  #shadowPage(fields: ShadowPageFields, sp: ShadowPage): void {
    this.#put(fields.exists, 1);
    this.#put(fields.unsync, sp.unsync ? 1 : 0);
    this.#put(fields.writeFloodingCount, sp.writeFloodingCount);
    for (const [i, entry] of sp.entries.entries()) {
      this.#put(fields.entries[i] as Field, this.#shadowEntry(fields, i, entry));
    }
    for (const [i, marked] of sp.unsyncChildren.entries()) {
      this.#put(fields.unsyncChildren[i] as Field, marked ? 1 : 0);
    }
  }

  #obsoletePage({ page, exists, entries }: ObsoletePageFields, sp: ShadowPage): void {
    this.#put(exists, 1);
    for (const [i, entry] of sp.entries.entries()) {
      const linked = this.#rows.obsoletePages.find(({ name }) => name === entry);
      this.#put(entries[i] as Field, this.#entry(page, i, linked?.page.name ?? entry));
    }
  }

  #shadowEntry(fields: ShadowPageFields, index: number, entry: Entry): number {
    if (entry === null || fields.level === 1) return this.#entry(fields.page, index, entry);
    const value = fields.children[index]?.findIndex((child) => child?.name === entry) ?? -1;
    if (value < 0) throw new PackError(`${fields.name}[${index}] links ${entry}`);
    return value;
  }

  #entry(fields: GuestPageFields, index: number, entry: Entry): number {
    if (entry === null) return 0;
    const value =
      fields.level === 1
        ? this.#layout.frames.indexOf(entry) + 1
        : (fields.targets[index]?.findIndex((target) => target?.name === entry) ?? 0);
    if (value <= 0) throw new PackError(`${fields.name}[${index}] holds ${entry}`);
    return value;
  }

  #vcpu(fields: VcpuFields, { guest, mmu, tlbs, entryFails }: Vcpu): void {
    const { spaceBits, roleBits } = this.#rows;
    this.#put(fields.wp, guest.cr0.wp ? 1 : 0);
    this.#put(fields.pcide, guest.cr4.pcide ? 1 : 0);
    this.#put(fields.pge, guest.cr4.pge ? 1 : 0);
    this.#put(fields.smep, guest.cr4.smep ? 1 : 0);
    this.#put(fields.cr3, this.#cr3(guest.cr3));
    this.#put(fields.guestMode, guest.guestMode ? 1 : 0);
    this.#put(fields.ownVpid, guest.ownVpid ? 1 : 0);
    this.#put(fields.root, this.#root(mmu.root));
    for (const [i, root] of mmu.prevRoots.entries()) {
      this.#put(fields.prevRoots[i] as Field, this.#root(root));
    }
    if (mmu.hardwareCr3 !== null) {
      const { space, role, obsolete } = this.#topPage(mmu.hardwareCr3.page);
      if (obsolete) throw new PackError('the hardware CR3 points to an obsolete page');
      const top = (role << spaceBits) | space;
      this.#put(fields.hardwareCr3, (mmu.hardwareCr3.pcid << (spaceBits + roleBits)) | top);
    }
    this.#put(fields.entryFails, entryFails ? 1 : 0);
    for (const vpid of VPIDS) this.#vpid(tlbs[vpid], fields.vpids[vpid]);
    if (mmu.requests.length > 0) throw new PackError(`${mmu.requests} pending`);
  }

  #vpid({ hardware, away, guest, loaded }: VpidTlbs, fields: VpidFields): void {
    const { tlbs, loadedApart } = this.#rows;
    if (tlbs !== 'apart') {
      this.#tlb(hardware, fields.hardware);
      this.#tlb(away, fields.away);
    }
    if (tlbs === 'whole') this.#tlb(guest, fields.guest, fields.globals);
    if (loadedApart || tlbs === 'hardware') return;
    for (const { space, low } of loaded) {
      if (low >= this.#rows.pcids) throw new PackError(`CR3 ${space}|${low}`);
      this.#add(fields.loaded.slots[low]?.[0], this.#layout.spaces.indexOf(space));
    }
  }

  #cr3({ space, low }: Cr3): number {
    return (low << this.#rows.spaceBits) | this.#layout.spaces.indexOf(space);
  }

  #root(root: Root | null): number {
    if (root === null) return 0;
    const { cr3Bits, roleBits, spaceBits, zaps, strayRoots } = this.#rows;
    const { space, role, obsolete } = this.#topPage(root.page);
    if (!strayRoots && this.#layout.spaces[space] !== root.pgd.space)
      throw new PackError(`${root.page} for ${root.pgd.space}`);
    if (obsolete && !zaps) throw new PackError(`${root.page} in a layout that zaps nothing`);
    const stray = strayRoots ? space << (zaps ? 1 : 0) : 0;
    const above = (role | ((stray | (obsolete ? 1 : 0)) << roleBits)) << (1 + cr3Bits);
    return spaceBits + cr3Bits + roleBits > 24 ? tooWide() : 1 | (this.#cr3(root.pgd) << 1) | above;
  }

  #topPage(id: ShadowPageId): { space: number; role: number; obsolete: boolean } {
    for (const obsolete of [false, true]) {
      for (const [role, name] of ROLES.entries()) {
        const space = this.#layout.spaces.findIndex((page) => id === nameOf(page, name, obsolete));
        if (space >= 0) return { space, role, obsolete };
      }
    }
    throw new PackError(`root page ${id}`);
  }

  #tlb(tlb: Tlb, tagged: TaggedSet, globals?: TaggedSet): void {
    for (const { pcid, page, frame } of tlb) {
      const at = this.#layout.virtualPages.indexOf(page);
      const slot = pcid === 'global' ? globals?.slots[0]?.[at] : tagged.slots[pcid]?.[at];
      this.#add(slot, this.#rows.pages[at]?.frames.indexOf(frame) ?? -1);
    }
  }

  #add(slot: Field | undefined, item: number): void {
    if (slot === undefined || item < 0 || item >= slot.bits)
      throw new PackError(`item ${item} of ${slot?.name}`);
    (this.#row[slot.word] as number) |= 1 << (slot.shift + item);
  }

  #put(field: Field, value: number): void {
    if (value < 0 || (field.bits === 0 ? value !== field.constant : field.bits < 32 && value > field.mask))
      throw new PackError(`${field.name} = ${value}`);
    if (field.bits > 0) (this.#row[field.word] as number) |= value << field.shift;
  }
}

function tooWide(): never {
  throw new PackError('a root slot of more than 32 bits');
}

function nameOf(page: string, role: Role, obsolete: boolean): ShadowPageId {
  const id = shadowPageId({ page, role });
  return obsolete ? obsoleteId(id) : id;
}
