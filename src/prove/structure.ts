import type { Layout } from '../../spec/layouts/layout.ts';
import { DIRECTORIES } from '../../spec/proof/logic.ts';
import { FIXED, type Level, type TablePage, vocabularyOf } from '../../spec/proof/vocabulary.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Role, ShadowPage } from '../../spec/state/shadow.ts';
import type { Tlb } from '../../spec/state/tlb.ts';
import type { Root } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import type { World } from '../../spec/world/world.ts';
import type { FiniteState, Sizes, Values } from './finite.ts';

/** The roles that the relations know, by number. */
export const PROOF_ROLES = ['wp', 'nowp', 'nowp-smep', 'l2', 'wp-smep'] as const satisfies readonly Role[];

/** The names of a layout's elements, by number. Frame 0 is `none`. */
export interface Elements {
  readonly sizes: Sizes;
  /** The upper levels of its tables, and the pages of these and of the last, by their sort. */
  readonly levels: readonly Level[];
  readonly named: Readonly<Record<TablePage, readonly string[]>>;
  readonly pages: readonly string[];
  readonly frames: readonly (string | null)[];
  readonly paths: Layout['paths'];
}

/** The elements of a layout that has no page which is walked at two levels. */
export function elementsOf(layout: Layout): Elements {
  const { memory, spaces, virtualPages, pcids, bounds } = layout;
  const { levels } = vocabularyOf(layout.levels);
  const ofLevel = (level: number) => Object.keys(memory).filter((page) => memory[page]?.level === level);
  const directories = DIRECTORIES.map((sort) => {
    const at = levels.findIndex(({ of }) => of === sort);
    return [sort, at < 0 ? [] : ofLevel(layout.levels - at)] as const;
  });
  const named = {
    Space: spaces,
    ...(Object.fromEntries(directories) as Record<(typeof DIRECTORIES)[number], string[]>),
    Table: ofLevel(1),
  };
  const widest = (pages: readonly string[]) =>
    Math.max(...pages.map((page) => memory[page]?.entries.length ?? 0));
  const sizeOf = (sort: TablePage) => named[sort].length;
  return {
    levels,
    named,
    pages: virtualPages,
    frames: [null, ...layout.frames],
    paths: layout.paths,
    sizes: {
      Vcpu: bounds.vcpus,
      Space: sizeOf('Space'),
      Low: pcids.length,
      Role: PROOF_ROLES.length,
      Directory: sizeOf('Directory'),
      Table: sizeOf('Table'),
      Slot: widest(levels.flatMap(({ of }) => named[of])),
      Index: widest(named.Table),
      Page: virtualPages.length,
      Frame: layout.frames.length + 1,
    },
  };
}

/** What never changes, of a layout under a kernel. */
export function fixedOf(
  { layout, kernel }: Pick<World, 'layout' | 'kernel'>,
  { pages, named, levels }: Elements,
): Values {
  const roleNumber = (name: Role) => Uint8Array.of(numberOf<string>(PROOF_ROLES, name));
  const along = (step: number) => Uint8Array.from(pages, (page) => layout.paths[page]?.[step] as number);
  return {
    ...Object.fromEntries(levels.map(({ of }, step) => [FIXED[`slot${of}`].name, along(step)])),
    [FIXED.index.name]: along(levels.length),
    [FIXED.isGlobal.name]: Uint8Array.from(named.Table, (page) => Number(layout.memory[page]?.global)),
    [FIXED.none.name]: Uint8Array.of(0),
    [FIXED.zero.name]: Uint8Array.of(0),
    [FIXED.wpRole.name]: roleNumber('wp'),
    [FIXED.nowpRole.name]: roleNumber('nowp'),
    [FIXED.smepRole.name]: roleNumber('nowp-smep'),
    [FIXED.wpSmepRole.name]: roleNumber(kernel.smepRole === 'always' ? 'wp-smep' : 'wp'),
    [FIXED.l2Role.name]: roleNumber('l2'),
  };
}

/** A machine of the specification without a VPID of L2 as a state of the relations. */
export function stateOf(machine: Machine, elements: Elements): FiniteState {
  return new Reading(machine, elements).state();
}

class Reading {
  readonly #machine: Machine;
  readonly #elements: Elements;

  constructor(machine: Machine, elements: Elements) {
    this.#machine = machine;
    this.#elements = elements;
  }

  state(): FiniteState {
    return {
      ...this.#registers(),
      ...this.#roots(),
      ...this.#tlbs(),
      ...this.#memory(),
      ...this.#shadow(),
    } as FiniteState;
  }

  #registers() {
    const guests = this.#machine.vcpus.map(({ guest }) => guest);
    const bits = (of: (guest: (typeof guests)[number]) => boolean) =>
      Uint8Array.from(guests, (guest) => Number(of(guest)));
    return {
      cr3Space: Uint8Array.from(guests, ({ cr3 }) => this.#space(cr3.space)),
      cr3Low: Uint8Array.from(guests, ({ cr3 }) => cr3.low),
      wp: bits(({ cr0 }) => cr0.wp),
      pcide: bits(({ cr4 }) => cr4.pcide),
      pge: bits(({ cr4 }) => cr4.pge),
      smep: bits(({ cr4 }) => cr4.smep),
      guestMode: bits(({ guestMode }) => guestMode),
    };
  }

  #roots() {
    const { vcpus, shadow } = this.#machine;
    const { Vcpu, Space, Low, Role } = this.#elements.sizes;
    const cached = new Uint8Array(Vcpu * Space * Low * Role);
    const zapped = new Uint8Array(Vcpu * Space * Low * Role);
    for (const [v, { mmu }] of vcpus.entries())
      for (const root of mmu.prevRoots)
        if (root !== null) {
          const { space, low, role } = this.#root(root);
          const set = shadow[root.page]?.obsolete ? zapped : cached;
          set[((v * Space + space) * Low + low) * Role + role] = 1;
        }
    const current = vcpus.map(({ mmu }) => this.#root(mmu.root as Root));
    const hardware = vcpus.map(({ mmu }) => mmu.hardwareCr3);
    const top = (page: string) => shadow[page] ?? fail(`no shadow page ${page}`);
    return {
      rootSpace: Uint8Array.from(current, ({ space }) => space),
      rootLow: Uint8Array.from(current, ({ low }) => low),
      rootRole: Uint8Array.from(current, ({ role }) => role),
      hardwareSpace: Uint8Array.from(hardware, (cr3) => this.#space(top(cr3?.page as string).page)),
      hardwareRole: Uint8Array.from(hardware, (cr3) => this.#role(top(cr3?.page as string).role)),
      hardwarePcid: Uint8Array.from(hardware, (cr3) => cr3?.pcid as number),
      cached,
      zapped,
    };
  }

  #tlbs() {
    const { Vcpu, Space, Low, Page, Frame } = this.#elements.sizes;
    const loaded = new Uint8Array(Vcpu * Space * Low);
    const guestTlb = new Uint8Array(Vcpu * Low * Page * Frame);
    const guestGlobal = new Uint8Array(Vcpu * Page * Frame);
    const hardwareTlb = new Uint8Array(Vcpu * Low * Page * Frame * Space);
    const awayTlb = new Uint8Array(Vcpu * Low * Page * Frame * Space);
    const entryOf = ({ page, frame }: Tlb[number]) => this.#page(page) * Frame + this.#frame(frame);
    const fillGuest = (tlb: Tlb, v: number) => {
      for (const entry of tlb)
        if (entry.pcid === 'global') guestGlobal[v * Page * Frame + entryOf(entry)] = 1;
        else guestTlb[(v * Low + entry.pcid) * Page * Frame + entryOf(entry)] = 1;
    };
    const fillHardware = (tlb: Tlb, v: number, tagged: Uint8Array) => {
      for (const entry of tlb) {
        if (entry.pcid === 'global') fail('a global entry in hardware');
        const held = (v * Low + entry.pcid) * Page * Frame + entryOf(entry);
        tagged[held * Space + this.#sourceOf(entry, v)] = 1;
      }
    };
    for (const [v, { tlbs }] of this.#machine.vcpus.entries()) {
      const { guest, hardware, away, loaded: values } = tlbs.vpid01;
      fillGuest(guest, v);
      fillHardware(hardware, v, hardwareTlb);
      fillHardware(away, v, awayTlb);
      for (const { space, low } of values) loaded[(v * Space + this.#space(space)) * Low + low] = 1;
    }
    return { loaded, guestTlb, guestGlobal, hardwareTlb, awayTlb };
  }

  /**
   * A space from whose root an entry may have been filled, which the machine does not keep: one whose root is in use
   * under the PCID and maps it, or else that of the current root.
   */
  #sourceOf({ pcid, page, frame }: Tlb[number], v: number): number {
    const { vcpus, shadow } = this.#machine;
    const { guest, mmu } = vcpus[v] as Machine['vcpus'][number];
    const path = this.#elements.paths[page] as readonly number[];
    const current = mmu.root as Root;
    const sources = guest.cr4.pcide
      ? [current, ...mmu.prevRoots].filter((root): root is Root => root?.pgd.low === pcid)
      : [current];
    const found = sources.find(
      (root) => shadow[root.page]?.obsolete === false && walk(shadow, root.page, path) === frame,
    );
    return this.#root(found ?? current).space;
  }

  #memory(): Values {
    const { memory, writable } = this.#machine;
    const { levels, named, sizes } = this.#elements;
    const entriesOf = (page: string) => memory[page]?.entries ?? fail(`no page ${page}`);
    const canStore = (sort: TablePage) => Uint8Array.from(named[sort], (page) => Number(writable[page]));
    const upper = levels.flatMap(({ of, below }) => {
      const entry = new Uint8Array(sizes[of] * sizes.Slot);
      const present = new Uint8Array(sizes[of] * sizes.Slot);
      for (const [p, page] of named[of].entries())
        entriesOf(page).forEach((child, k) => {
          if (child === null) return;
          entry[p * sizes.Slot + k] = this.#tablePage(below, child);
          present[p * sizes.Slot + k] = 1;
        });
      return Object.entries({ entry, present, writable: canStore(of) }).map(
        ([part, values]) => [`${part}${of}`, values] as const,
      );
    });
    const entries = new Uint8Array(sizes.Table * sizes.Index);
    for (const [t, table] of named.Table.entries())
      entriesOf(table).forEach((frame, i) => {
        entries[t * sizes.Index + i] = this.#frame(frame);
      });
    return { ...Object.fromEntries(upper), memory: entries, writableTable: canStore('Table') };
  }

  #shadow(): Values {
    const { Role, Table, Index } = this.#elements.sizes;
    const shadowed = new Uint8Array(Table * Role);
    const spte = new Uint8Array(Table * Role * Index);
    const unsync = new Uint8Array(Table * Role);
    for (const sp of this.#shadowPages(1)) {
      const page = this.#tablePage('Table', sp.page) * Role + this.#role(sp.role);
      shadowed[page] = 1;
      unsync[page] = Number(sp.unsync);
      sp.entries.forEach((entry, i) => {
        spte[page * Index + i] = this.#frame(entry);
      });
    }
    const { levels } = this.#elements;
    const upper = levels.flatMap((level, i) => this.#upperShadow(level, levels.length + 1 - i));
    return { shadowedTable: shadowed, spte, unsync, ...Object.fromEntries(upper) };
  }

  #upperShadow({ of, below }: Level, number: number): [name: string, values: Uint8Array][] {
    const { sizes } = this.#elements;
    const { Role, Slot } = sizes;
    const parts = {
      shadowed: new Uint8Array(sizes[of] * Role),
      linked: new Uint8Array(sizes[of] * Role * Slot),
      link: new Uint8Array(sizes[of] * Role * Slot),
      unsyncChildren: new Uint8Array(sizes[of] * Role * Slot),
    };
    for (const sp of this.#shadowPages(number)) {
      const upper = this.#tablePage(of, sp.page) * Role + this.#role(sp.role);
      parts.shadowed[upper] = 1;
      sp.entries.forEach((entry, k) => {
        parts.unsyncChildren[upper * Slot + k] = Number(sp.unsyncChildren[k]);
        if (entry === null) return;
        const child = this.#machine.shadow[entry] ?? fail(`no shadow page ${entry}`);
        if (child.role !== sp.role) fail(`a link from ${sp.role} to ${child.role}`);
        parts.linked[upper * Slot + k] = 1;
        parts.link[upper * Slot + k] = this.#tablePage(below, child.page);
      });
    }
    return Object.entries(parts).map(([part, values]) => [`${part}${of}`, values]);
  }

  #shadowPages(level: number): ShadowPage[] {
    return Object.values(this.#machine.shadow).filter((sp) => sp.level === level && !sp.obsolete);
  }

  #root({ pgd, page }: Root) {
    const sp = this.#machine.shadow[page] ?? fail(`no shadow page ${page}`);
    if (sp.page !== pgd.space) fail(`a root of ${pgd.space} that is a page of ${sp.page}`);
    return { space: this.#space(pgd.space), low: pgd.low, role: this.#role(sp.role) };
  }

  #space(name: string): number {
    return this.#tablePage('Space', name);
  }

  #tablePage(sort: TablePage, name: string): number {
    return numberOf(this.#elements.named[sort], name);
  }

  #page(name: string): number {
    return numberOf(this.#elements.pages, name);
  }

  #frame(name: string | null): number {
    return numberOf(this.#elements.frames, name);
  }

  #role(name: Role): number {
    return numberOf<string>(PROOF_ROLES, name);
  }
}

function numberOf<T>(names: readonly T[], name: T): number {
  const number = names.indexOf(name);
  return number < 0 ? fail(`nothing called ${String(name)}`) : number;
}

function fail(what: string): never {
  throw new Error(`cannot happen: ${what}`);
}
