import type { Layout } from '../../spec/layouts/layout.ts';
import type { VirtualPage } from '../../spec/state/names.ts';
import { REQUESTS } from '../../spec/state/requests.ts';
import { ROLES } from '../../spec/state/shadow.ts';
import type { Names } from '../conform/names.ts';
import type { Field } from '../engine/rows/field.ts';
import type {
  EntryField,
  RootField,
  RowLayout,
  ShadowPageFields,
  VcpuFields,
} from '../engine/rows/fields.ts';

/** The driver's numbers of roles, as numbers in `ROLES`. */
const ROLE_NUMBERS = (['wp', 'nowp', 'nowp-smep', 'wp-smep'] as const).map((role) => ROLES.indexOf(role));
/** The driver's numbers for a flush of one address and for a load of CR3. */
const HOOK_GVA = 4;
const HOOK_LOAD = 5;
const KNOWN_REQUESTS = 2 ** REQUESTS.length - 1;

/** A hook that KVM called to empty the hardware's TLB of a vCPU, or a page of it. */
export interface HardwareFlush {
  readonly cpu: number;
  readonly during: 'handler' | 'entry';
  readonly page: VirtualPage | 'every';
}

/** What an event came to, besides the state behind it. */
export interface Told {
  /** Whether the guest got #GP. */
  readonly refused: boolean;
  /** By vCPU: the requests pending just after the handler, as a mask in the order of `REQUESTS`. */
  readonly raised: readonly number[];
  readonly flushes: readonly HardwareFlush[];
}

/** A state of the kernel for which rows have no place. */
export class NoPlace extends Error {
  override readonly name = 'NoPlace';
}

/** Puts what the driver observes (observe in test/kernel/driver/observe.c) into rows. */
export class WordsToRows {
  private readonly rows: RowLayout;
  private readonly layout: Layout;
  private readonly names: Names;
  /** By guest page number and role: where its shadow page is kept. */
  private readonly shadows = new Map<number, ShadowPageFields>();
  /** By field of an entry: the values that it has for the driver's codes. */
  private readonly codes = new Map<EntryField, ReadonlyMap<number, number>>();
  private words: Int32Array = new Int32Array(0);
  private at = 0;
  private row: Int32Array = new Int32Array(0);

  constructor(rows: RowLayout, names: Names) {
    this.rows = rows;
    this.layout = rows.layout;
    this.names = names;
    for (const page of rows.guestPages) for (const field of page.entries) this.addCodes(field);
    for (const fields of rows.shadowPages) {
      if (fields.obsolete || fields.asTable) continue;
      this.shadows.set(keyOf(names.pageNumber(fields.page), ROLES.indexOf(fields.role)), fields);
      for (const field of fields.entries) this.addCodes(field);
    }
  }

  /** Writes the state that is observed as a row. @throws NoPlace */
  put(words: Int32Array, row: Int32Array): Told {
    this.words = words;
    this.at = 0;
    this.row = row;
    row.fill(0);
    this.write(this.rows.occupied, 1);
    const refused = this.next() !== 0;
    this.at += 2; // the vCPU that acted, and what it read
    const raised = this.list((cpu) => this.putVcpu(this.rows.vcpus[cpu] as VcpuFields));
    this.next(); // how many shadow pages of private tables there are
    this.list(() => this.putShadowPage());
    this.list(() => this.write(this.rows.writable[this.names.page(this.next())] as Field, 1));
    this.list(() => {
      this.at += 2; // a private table that is mapped writable
    });
    const flushes = this.list(() => this.flush()).filter((flush) => flush !== null);
    for (const page of this.rows.guestPages)
      for (const field of page.entries) this.write(field, this.valueOf(field, this.next()));
    return { refused, raised, flushes };
  }

  private putVcpu({ guest, mmu }: VcpuFields): number {
    const raised = this.next() & KNOWN_REQUESTS;
    this.write(guest.cr0.wp, this.next());
    for (const bit of ['pcide', 'pge', 'smep'] as const) this.write(guest.cr4[bit], this.next());
    this.write(guest.cr3.space, this.next());
    this.write(guest.cr3.low, this.next());
    const [page, role, pcid] = [this.next(), this.next(), this.next()];
    if (page < 0) throw new NoPlace('the hardware CR3 points to a shadow page that is gone');
    this.write(mmu.hardwareCr3.space, this.spaceOfTop(page));
    this.write(mmu.hardwareCr3.role, ROLE_NUMBERS[role] as number);
    this.write(mmu.hardwareCr3.pcid, pcid);
    this.putRoot(mmu.root);
    for (const slot of mmu.prevRoots) this.putRoot(slot);
    return raised;
  }

  private putRoot(field: RootField): void {
    const [space, low, page, role, obsolete] = [
      this.next(),
      this.next(),
      this.next(),
      this.next(),
      this.next(),
    ];
    if (space < 0) return;
    this.write(field.valid, 1);
    this.write(field.space, space);
    this.write(field.low, low);
    this.write(field.role, ROLE_NUMBERS[role] as number);
    this.write(field.obsolete, obsolete);
    this.write(field.pageSpace, field.pageSpace.bits === 0 ? 0 : this.spaceOfTop(page));
  }

  private putShadowPage(): void {
    const [number, role, unsync, obsolete, roots] = [
      this.next(),
      ROLE_NUMBERS[this.next()] as number,
      this.next(),
      this.next(),
      this.next(),
    ];
    const fields = obsolete ? undefined : this.shadows.get(keyOf(number, role));
    if (obsolete && roots === 0) throw new NoPlace(`${this.names.page(number)} is obsolete and no root`);
    if (!obsolete && fields === undefined)
      throw new NoPlace(`a shadow page of ${this.names.page(number)} with role ${ROLES[role]}`);
    if (fields !== undefined) {
      this.write(fields.exists, 1);
      this.write(fields.unsync, unsync);
    }
    this.list((i) => {
      const [code, marks, floods] = [this.next(), this.next(), this.next()];
      if (fields === undefined) return;
      const field = fields.entries[i] as EntryField;
      this.write(field, this.valueOf(field, code));
      if (fields.level === 1) return;
      this.write(fields.unsyncChildren[i] as Field, marks & 1);
      if (i === 0 && fields.level < this.layout.levels) this.write(fields.writeFloodingCount, floods);
    });
  }

  private flush(): HardwareFlush | null {
    const [hook, cpu, entering, half, index] = [
      this.next(),
      this.next(),
      this.next(),
      this.next(),
      this.next(),
    ];
    if (hook === HOOK_LOAD) return null;
    const page = hook === HOOK_GVA ? this.names.virtualPage(half, index) : 'every';
    return { cpu, during: entering ? 'entry' : 'handler', page };
  }

  private spaceOfTop(page: number): number {
    return this.names.spaceNumber(this.names.page(page));
  }

  private addCodes(field: EntryField): void {
    const codes = field.meanings.map((meaning, value) => {
      const name = meaning?.replace(/@.*/, '') ?? null;
      return [this.names.entryCode(name), value] as const;
    });
    this.codes.set(field, new Map(codes));
  }

  private valueOf(field: EntryField, code: number): number {
    const value = this.codes.get(field)?.get(code);
    if (value === undefined) throw new NoPlace(`${field.name} leads to what none of its entries may`);
    return value;
  }

  private write({ bits, word, shift, mask, constant, name }: Field, value: number): void {
    if (bits === 0 && value === constant) return;
    if (bits === 0 || value < 0 || value > mask) throw new NoPlace(`${name} = ${value}`);
    (this.row[word] as number) |= value << shift;
  }

  private next(): number {
    return this.words[this.at++] as number;
  }

  private list<T>(item: (i: number) => T): T[] {
    const items: T[] = [];
    for (let i = 0, length = this.next(); i < length; i++) items.push(item(i));
    return items;
  }
}

function keyOf(page: number, role: number): number {
  return page * ROLES.length + role;
}
