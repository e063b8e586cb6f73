import type { Layout } from '../../spec/layouts/layout.ts';
import { FIXED } from '../../spec/proof/vocabulary.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Role } from '../../spec/state/shadow.ts';
import type { Tlb } from '../../spec/state/tlb.ts';
import type { Root } from '../../spec/state/vcpu.ts';
import type { World } from '../../spec/world/world.ts';
import type { FiniteState, Sizes, Values } from './finite.ts';

/** The roles that the relations know, by number. */
export const PROOF_ROLES = ['wp', 'nowp', 'nowp-smep', 'l2', 'wp-smep'] as const satisfies readonly Role[];

/** The names of a layout's elements, by number. Frame 0 is `none`. */
export interface Elements {
  readonly sizes: Sizes;
  readonly spaces: readonly string[];
  readonly tables: readonly string[];
  readonly pages: readonly string[];
  readonly frames: readonly (string | null)[];
  readonly paths: Layout['paths'];
}

/** The elements of a layout with two levels, which no page is walked at both of. */
export function elementsOf(layout: Layout): Elements {
  const { memory, spaces, virtualPages, pcids, bounds } = layout;
  const tables = Object.keys(memory).filter((page) => memory[page]?.level === 1);
  const widest = (pages: readonly string[]) =>
    Math.max(...pages.map((page) => memory[page]?.entries.length ?? 0));
  return {
    spaces,
    tables,
    pages: virtualPages,
    frames: [null, ...layout.frames],
    paths: layout.paths,
    sizes: {
      Vcpu: bounds.vcpus,
      Space: spaces.length,
      Low: pcids.length,
      Role: PROOF_ROLES.length,
      Table: tables.length,
      Slot: widest(spaces),
      Index: widest(tables),
      Page: virtualPages.length,
      Frame: layout.frames.length + 1,
    },
  };
}

/** What never changes, of a layout under a kernel. */
export function fixedOf(
  { layout, kernel }: Pick<World, 'layout' | 'kernel'>,
  { pages, tables }: Elements,
): Values {
  const roleNumber = (name: Role) => Uint8Array.of(numberOf<string>(PROOF_ROLES, name));
  const along = (step: number) => Uint8Array.from(pages, (page) => layout.paths[page]?.[step] as number);
  return {
    [FIXED.slot.name]: along(0),
    [FIXED.index.name]: along(1),
    [FIXED.isGlobal.name]: Uint8Array.from(tables, (page) => Number(layout.memory[page]?.global)),
    [FIXED.none.name]: Uint8Array.of(0),
    [FIXED.zero.name]: Uint8Array.of(0),
    [FIXED.wpRole.name]: roleNumber('wp'),
    [FIXED.nowpRole.name]: roleNumber('nowp'),
    [FIXED.smepRole.name]: roleNumber('nowp-smep'),
    [FIXED.wpSmepRole.name]: roleNumber(kernel.smepRole === 'always' ? 'wp-smep' : 'wp'),
    [FIXED.l2Role.name]: roleNumber('l2'),
  };
}

/** A machine of the specification, of two levels and without a VPID of L2, as a state of the relations. */
export function stateOf(machine: Machine, elements: Elements): FiniteState {
  return new Reading(machine, elements).state();
}

/** The parts that are shadow pages. */
type Shadow = Pick<
  FiniteState,
  'shadowed' | 'spte' | 'unsync' | 'topShadowed' | 'linked' | 'link' | 'unsyncChildren'
>;

class Reading {
  readonly #machine: Machine;
  readonly #elements: Elements;

  constructor(machine: Machine, elements: Elements) {
    this.#machine = machine;
    this.#elements = elements;
  }

  state(): FiniteState {
    const shadow = this.#shadow();
    return { ...this.#registers(), ...this.#roots(), ...this.#tlbs(shadow), ...this.#memory(), ...shadow };
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

  #tlbs(shadow: Shadow) {
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
        tagged[held * Space + this.#sourceOf(entry, v, shadow)] = 1;
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
  #sourceOf({ pcid, page, frame }: Tlb[number], v: number, shadow: Shadow): number {
    const { Role, Slot, Index } = this.#elements.sizes;
    const { guest, mmu } = this.#machine.vcpus[v] as Machine['vcpus'][number];
    const [slot, index] = this.#elements.paths[page] as readonly [number, number];
    const current = mmu.root as Root;
    const sources = guest.cr4.pcide
      ? [current, ...mmu.prevRoots].filter((root): root is Root => root?.pgd.low === pcid)
      : [current];
    const found = sources
      .filter((root) => this.#machine.shadow[root.page]?.obsolete === false)
      .map((root) => this.#root(root))
      .find(({ space, role }) => {
        const link = (space * Role + role) * Slot + slot;
        const spte = ((shadow.link[link] as number) * Role + role) * Index + index;
        return shadow.linked[link] === 1 && shadow.spte[spte] === this.#frame(frame);
      });
    return (found ?? this.#root(current)).space;
  }

  #memory() {
    const { memory, writable } = this.#machine;
    const { spaces, tables, sizes } = this.#elements;
    const directory = new Uint8Array(sizes.Space * sizes.Slot);
    const present = new Uint8Array(sizes.Space * sizes.Slot);
    const entries = new Uint8Array(sizes.Table * sizes.Index);
    for (const [s, space] of spaces.entries())
      memory[space]?.entries.forEach((entry, k) => {
        if (entry === null) return;
        directory[s * sizes.Slot + k] = this.#table(entry);
        present[s * sizes.Slot + k] = 1;
      });
    for (const [t, table] of tables.entries())
      memory[table]?.entries.forEach((entry, i) => {
        entries[t * sizes.Index + i] = this.#frame(entry);
      });
    return {
      directory,
      present,
      memory: entries,
      writable: Uint8Array.from(tables, (page) => Number(writable[page])),
      topWritable: Uint8Array.from(spaces, (page) => Number(writable[page])),
    };
  }

  #shadow(): Shadow {
    const { Space, Role, Table, Slot, Index } = this.#elements.sizes;
    const state = {
      shadowed: new Uint8Array(Table * Role),
      spte: new Uint8Array(Table * Role * Index),
      unsync: new Uint8Array(Table * Role),
      topShadowed: new Uint8Array(Space * Role),
      linked: new Uint8Array(Space * Role * Slot),
      link: new Uint8Array(Space * Role * Slot),
      unsyncChildren: new Uint8Array(Space * Role * Slot),
    };
    for (const sp of Object.values(this.#machine.shadow)) {
      if (sp.obsolete) continue;
      const role = this.#role(sp.role);
      if (sp.level === 1) {
        const page = this.#table(sp.page) * Role + role;
        state.shadowed[page] = 1;
        state.unsync[page] = Number(sp.unsync);
        sp.entries.forEach((entry, i) => {
          state.spte[page * Index + i] = this.#frame(entry);
        });
        continue;
      }
      const top = this.#space(sp.page) * Role + role;
      state.topShadowed[top] = 1;
      sp.entries.forEach((entry, k) => {
        state.unsyncChildren[top * Slot + k] = Number(sp.unsyncChildren[k]);
        if (entry === null) return;
        const child = this.#machine.shadow[entry] ?? fail(`no shadow page ${entry}`);
        if (child.role !== sp.role) fail(`a link from ${sp.role} to ${child.role}`);
        state.linked[top * Slot + k] = 1;
        state.link[top * Slot + k] = this.#table(child.page);
      });
    }
    return state;
  }

  #root({ pgd, page }: Root) {
    const sp = this.#machine.shadow[page] ?? fail(`no shadow page ${page}`);
    if (sp.page !== pgd.space) fail(`a root of ${pgd.space} that is a page of ${sp.page}`);
    return { space: this.#space(pgd.space), low: pgd.low, role: this.#role(sp.role) };
  }

  #space(name: string): number {
    return numberOf(this.#elements.spaces, name);
  }

  #table(name: string): number {
    return numberOf(this.#elements.tables, name);
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
