import { DEFAULT_BOUNDS } from '../../spec/layouts/bounds.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import {
  type Component,
  FIXED,
  type Level,
  type TablePage,
  type Vocabulary,
  vocabularyOf,
} from '../../spec/proof/vocabulary.ts';
import type { GuestMemory } from '../../spec/state/guest-memory.ts';
import type { Machine } from '../../spec/state/machine.ts';
import {
  blankShadowPage,
  obsoleteId,
  type Role,
  type ShadowPage,
  shadowPageId,
} from '../../spec/state/shadow.ts';
import { filled, type Tlb, unusedVpid, type VpidTlbs } from '../../spec/state/tlb.ts';
import type { Root, Vcpu } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import { noWork } from '../../spec/state/work.ts';
import type { Sizes, Values } from './finite.ts';
import type { Model } from './model.ts';
import { PROOF_ROLES } from './structure.ts';

/** A machine of the specification that is a finite state of the relations, on a layout of its own. */
export interface MadeMachine {
  readonly layout: Layout;
  readonly machine: Machine;
}

/**
 * The machine of a state. Null where none is: the specification has no root or link without a shadow page, and no page
 * under a role that is none of its own.
 */
export function machineOf({ levels, sizes, values }: Model): MadeMachine | null {
  return new Making(vocabularyOf(levels), sizes, values).make();
}

class Making {
  readonly #vocabulary: Vocabulary;
  readonly #sizes: Sizes;
  readonly #values: Values;

  constructor(vocabulary: Vocabulary, sizes: Sizes, values: Values) {
    this.#vocabulary = vocabulary;
    this.#sizes = sizes;
    this.#values = values;
  }

  make(): MadeMachine | null {
    if (this.#sizes.Role > PROOF_ROLES.length) return null;
    const layout = this.#layout();
    const shadow = this.#shadow();
    if (shadow === null) return null;
    const vcpus = range(this.#sizes.Vcpu).map((v) => this.#vcpu(v, shadow));
    if (vcpus.some((vcpu) => vcpu === null)) return null;
    const sorts: readonly TablePage[] = ['Table', ...this.#levels.map(({ of }) => of)];
    const writable = Object.fromEntries(
      sorts.flatMap((sort) => this.#named(sort).map((name, p) => [name, this.#is(`writable${sort}`, p)])),
    );
    const machine: Machine = {
      memory: structuredClone(layout.memory) as GuestMemory,
      shadow,
      writable,
      vcpus: vcpus as Vcpu[],
      work: noWork(),
    };
    return { layout, machine };
  }

  get #levels(): readonly Level[] {
    return this.#vocabulary.levels;
  }

  get #spaces(): string[] {
    return range(this.#sizes.Space).map((s) => String.fromCharCode(97 + s));
  }

  /** The pages of a sort: `a`, `d0` of level 2, `t0`. */
  #named(sort: TablePage): string[] {
    if (sort === 'Space') return this.#spaces;
    return range(this.#sizes[sort]).map((p) => `${sort.charAt(0).toLowerCase()}${p}`);
  }

  #frame(number: number): string | null {
    return number === 0 ? null : `f${number}`;
  }

  #page(number: number): string {
    return `u${number}`;
  }

  #at(name: string, ...args: readonly number[]): number {
    const { args: sorts } = this.#vocabulary.signatures[name as Component] ?? { args: [] };
    const index = args.reduce(
      (sum, arg, i) => sum * (i === 0 ? 1 : this.#sizes[sorts[i] as keyof Sizes]) + arg,
      0,
    );
    return this.#values[name]?.[index] as number;
  }

  #is(name: Component, ...args: readonly number[]): boolean {
    return this.#at(name, ...args) === 1;
  }

  #layout(): Layout {
    const { Vcpu, Low, Page, Slot, Index, Frame } = this.#sizes;
    const levels = (this.#levels.length + 1) as Layout['levels'];
    const fixed = (name: string, i: number) => this.#values[name]?.[i] as number;
    const memory: GuestMemory = {};
    for (const [t, name] of this.#named('Table').entries())
      memory[name] = {
        level: 1,
        global: fixed(FIXED.isGlobal.name, t) === 1,
        entries: range(Index).map((i) => this.#frame(this.#at('memory', t, i))),
      };
    for (const [i, { of, below }] of this.#levels.entries())
      for (const [p, name] of this.#named(of).entries())
        memory[name] = {
          level: levels - i,
          global: false,
          entries: range(Slot).map((k) =>
            this.#is(`present${of}`, p, k)
              ? (this.#named(below)[this.#at(`entry${of}`, p, k)] as string)
              : null,
          ),
        };
    const pages = range(Page).map((p) => this.#page(p));
    const along = [...this.#levels.map(({ of }) => FIXED[`slot${of}`]), FIXED.index];
    const paths = Object.fromEntries(
      pages.map((page, p) => [page, along.map(({ name }) => fixed(name, p))] as const),
    );
    const frames = range(Frame - 1).map((f) => `f${f + 1}`);
    const homes = this.#spaces.flatMap((space) =>
      pages.flatMap((page) => {
        const path = paths[page] as readonly number[];
        const table = walk(memory, space, path.slice(0, -1));
        const index = path.at(-1) as number;
        return table === null ? [] : [[`${space}:${page}`, { page: table, index }] as const];
      }),
    );
    return {
      name: 'made',
      levels,
      bounds: { ...DEFAULT_BOUNDS, vcpus: Vcpu, spaces: this.#sizes.Space, cachedRoots: this.#slots },
      spaces: this.#spaces,
      pcids: range(Low),
      frames,
      virtualPages: pages,
      framesOf: Object.fromEntries(pages.map((page) => [page, frames])),
      paths,
      halves: Slot === 1 ? { user: 0 } : { user: 0, kernel: 1 },
      homes: Object.fromEntries(homes),
      memory,
      window: false,
      storesThrough: {},
      storesCached: false,
      writesDirectories: true,
      events: [],
      leftOut: [],
    };
  }

  /** Slots of prev_roots: as many as the vCPU with the most roots has. */
  get #slots(): number {
    return Math.max(1, ...range(this.#sizes.Vcpu).map((v) => this.#roots(v).length));
  }

  get #roles(): readonly Role[] {
    return PROOF_ROLES.slice(0, this.#sizes.Role);
  }

  #shadow(): Record<string, ShadowPage> | null {
    const { Index } = this.#sizes;
    const shadow: Record<string, ShadowPage> = {};
    for (const [t, page] of this.#named('Table').entries())
      for (const [r, role] of this.#roles.entries())
        if (this.#is('shadowedTable', t, r)) {
          const sp = blankShadowPage({ page, role, level: 1, obsolete: false }, Index);
          sp.unsync = this.#is('unsync', t, r);
          sp.entries = range(Index).map((i) => this.#frame(this.#at('spte', t, r, i)));
          shadow[shadowPageId({ page, role })] = sp;
        }
    const upwards = [...this.#levels].reverse();
    const isMade = upwards.every((level, i) => this.#shadowUpper(level, 2 + i, shadow));
    return isMade ? shadow : null;
  }

  /** Makes the shadows of a level, those below being made; whether none links what is not there. */
  #shadowUpper({ of, below }: Level, number: number, shadow: Record<string, ShadowPage>): boolean {
    const { Slot } = this.#sizes;
    for (const [p, page] of this.#named(of).entries())
      for (const [r, role] of this.#roles.entries()) {
        if (!this.#is(`shadowed${of}`, p, r)) continue;
        const sp = blankShadowPage({ page, role, level: number, obsolete: false }, Slot);
        for (const k of range(Slot)) {
          sp.unsyncChildren[k] = this.#is(`unsyncChildren${of}`, p, r, k);
          if (!this.#is(`linked${of}`, p, r, k)) continue;
          const names = this.#named(below)[this.#at(`link${of}`, p, r, k)] as string;
          const child = shadowPageId({ page: names, role });
          if (shadow[child] === undefined) return false;
          sp.entries[k] = child;
        }
        shadow[shadowPageId({ page, role })] = sp;
      }
    return true;
  }

  #roots(v: number): { root: Root; isZapped: boolean }[] {
    const { Space, Low, Role } = this.#sizes;
    return range(Space).flatMap((s) =>
      range(Low).flatMap((l) =>
        range(Role).flatMap((r) =>
          (['cached', 'zapped'] as const)
            .filter((kind) => this.#is(kind, v, s, l, r))
            .map((kind) => ({ root: this.#root(s, l, r, kind === 'zapped'), isZapped: kind === 'zapped' })),
        ),
      ),
    );
  }

  #root(s: number, low: number, r: number, isZapped: boolean): Root {
    const space = this.#spaces[s] as string;
    const id = shadowPageId({ page: space, role: PROOF_ROLES[r] as (typeof PROOF_ROLES)[number] });
    return { pgd: { space, low }, page: isZapped ? obsoleteId(id) : id };
  }

  #vcpu(v: number, shadow: Record<string, ShadowPage>): Vcpu | null {
    const root = this.#root(this.#at('rootSpace', v), this.#at('rootLow', v), this.#at('rootRole', v), false);
    const hardware = this.#root(this.#at('hardwareSpace', v), 0, this.#at('hardwareRole', v), false);
    const roots = this.#roots(v);
    for (const { root: zapped, isZapped } of roots)
      if (isZapped) {
        const role = PROOF_ROLES.find((each) => zapped.page.includes(`@${each}!`)) ?? 'wp';
        shadow[zapped.page] = blankShadowPage(
          { page: zapped.pgd.space, role, level: this.#levels.length + 1, obsolete: true },
          this.#sizes.Slot,
        );
      }
    const cached = roots.map((each) => each.root);
    if ([root, hardware, ...cached].some(({ page }) => shadow[page] === undefined)) return null;
    return {
      guest: {
        cr0: { wp: this.#is('wp', v) },
        cr3: { space: this.#spaces[this.#at('cr3Space', v)] as string, low: this.#at('cr3Low', v) },
        cr4: { pcide: this.#is('pcide', v), pge: this.#is('pge', v), smep: this.#is('smep', v) },
        guestMode: this.#is('guestMode', v),
        ownVpid: false,
      },
      mmu: {
        root,
        prevRoots: range(this.#slots).map((i) => cached[i] ?? null),
        requests: [],
        hardwareCr3: { page: hardware.page, pcid: this.#at('hardwarePcid', v) },
      },
      tlbs: { vpid01: this.#tlbs(v), vpid02: unusedVpid() },
      entryFails: false,
      mayStore: {},
    };
  }

  #tlbs(v: number): VpidTlbs {
    const { Space, Low, Page, Frame } = this.#sizes;
    const entries = (pcid: number | 'global', has: (p: number, f: number) => boolean): Tlb =>
      range(Page).flatMap((p) =>
        range(Frame)
          .filter((f) => f > 0 && has(p, f))
          .map((f) => ({ pcid, page: this.#page(p), frame: this.#frame(f) as string })),
      );
    const tagged = (has: (l: number, p: number, f: number) => boolean) =>
      range(Low).flatMap((l) => entries(l, (p, f) => has(l, p, f)));
    const hardware = (name: 'hardwareTlb' | 'awayTlb') =>
      tagged((l, p, f) => range(Space).some((s) => this.#is(name, v, l, p, f, s)));
    return {
      guest: filled(
        [],
        [
          ...tagged((l, p, f) => this.#is('guestTlb', v, l, p, f)),
          ...entries('global', (p, f) => this.#is('guestGlobal', v, p, f)),
        ],
      ),
      hardware: filled([], hardware('hardwareTlb')),
      away: filled([], hardware('awayTlb')),
      loaded: range(Space).flatMap((s) =>
        range(Low)
          .filter((l) => this.#is('loaded', v, s, l))
          .map((low) => ({ space: this.#spaces[s] as string, low })),
      ),
    };
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
