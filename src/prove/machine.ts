import { DEFAULT_BOUNDS } from '../../spec/layouts/bounds.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { type COMPONENTS, FIXED, STATE } from '../../spec/proof/vocabulary.ts';
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
export function machineOf({ sizes, values }: Model): MadeMachine | null {
  return new Making(sizes, values).make();
}

class Making {
  readonly #sizes: Sizes;
  readonly #values: Values;

  constructor(sizes: Sizes, values: Values) {
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
    const writable = Object.fromEntries([
      ...this.#tables.map((name, t) => [name, this.#is('writable', t)]),
      ...this.#spaces.map((name, s) => [name, this.#is('topWritable', s)]),
    ]);
    const machine: Machine = {
      memory: structuredClone(layout.memory) as GuestMemory,
      shadow,
      writable,
      vcpus: vcpus as Vcpu[],
      work: noWork(),
    };
    return { layout, machine };
  }

  get #spaces(): string[] {
    return range(this.#sizes.Space).map((s) => String.fromCharCode(97 + s));
  }

  get #tables(): string[] {
    return range(this.#sizes.Table).map((t) => `t${t}`);
  }

  #frame(number: number): string | null {
    return number === 0 ? null : `f${number}`;
  }

  #page(number: number): string {
    return `u${number}`;
  }

  #at(name: string, ...args: readonly number[]): number {
    const { args: sorts } = STATE[name as keyof typeof STATE] ?? { args: [] };
    const index = args.reduce(
      (sum, arg, i) => sum * (i === 0 ? 1 : this.#sizes[sorts[i] as keyof Sizes]) + arg,
      0,
    );
    return this.#values[name]?.[index] as number;
  }

  #is(name: (typeof COMPONENTS)[number], ...args: readonly number[]): boolean {
    return this.#at(name, ...args) === 1;
  }

  #layout(): Layout {
    const { Vcpu, Low, Page, Slot, Index, Frame } = this.#sizes;
    const fixed = (name: string, i: number) => this.#values[name]?.[i] as number;
    const memory: GuestMemory = {};
    for (const [t, name] of this.#tables.entries())
      memory[name] = {
        level: 1,
        global: fixed(FIXED.isGlobal.name, t) === 1,
        entries: range(Index).map((i) => this.#frame(this.#at('memory', t, i))),
      };
    for (const [s, name] of this.#spaces.entries())
      memory[name] = {
        level: 2,
        global: false,
        entries: range(Slot).map((k) =>
          this.#is('present', s, k) ? (this.#tables[this.#at('directory', s, k)] as string) : null,
        ),
      };
    const pages = range(Page).map((p) => this.#page(p));
    const paths = Object.fromEntries(
      pages.map((page, p) => [page, [fixed(FIXED.slot.name, p), fixed(FIXED.index.name, p)] as const]),
    );
    const frames = range(Frame - 1).map((f) => `f${f + 1}`);
    const homes = this.#spaces.flatMap((space) =>
      pages.flatMap((page) => {
        const [slot, index] = paths[page] as readonly [number, number];
        const table = memory[space]?.entries[slot] ?? null;
        return table === null ? [] : [[`${space}:${page}`, { page: table, index }] as const];
      }),
    );
    return {
      name: 'made',
      levels: 2,
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
    const { Slot, Index } = this.#sizes;
    const shadow: Record<string, ShadowPage> = {};
    for (const [t, page] of this.#tables.entries())
      for (const [r, role] of this.#roles.entries())
        if (this.#is('shadowed', t, r)) {
          const sp = blankShadowPage({ page, role, level: 1, obsolete: false }, Index);
          sp.unsync = this.#is('unsync', t, r);
          sp.entries = range(Index).map((i) => this.#frame(this.#at('spte', t, r, i)));
          shadow[shadowPageId({ page, role })] = sp;
        }
    for (const [s, page] of this.#spaces.entries())
      for (const [r, role] of this.#roles.entries()) {
        if (!this.#is('topShadowed', s, r)) continue;
        const sp = blankShadowPage({ page, role, level: 2, obsolete: false }, Slot);
        for (const k of range(Slot)) {
          sp.unsyncChildren[k] = this.#is('unsyncChildren', s, r, k);
          if (!this.#is('linked', s, r, k)) continue;
          const child = shadowPageId({ page: this.#tables[this.#at('link', s, r, k)] as string, role });
          if (shadow[child] === undefined) return null;
          sp.entries[k] = child;
        }
        shadow[shadowPageId({ page, role })] = sp;
      }
    return shadow;
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
          { page: zapped.pgd.space, role, level: 2, obsolete: true },
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
