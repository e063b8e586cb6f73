import { type Component, FIXED, type TablePage, vocabularyOf } from '../../../spec/proof/vocabulary.ts';
import type { Random } from '../../../src/checker/random.ts';
import type { Sizes, Values } from '../../../src/prove/finite.ts';

/** Four or five of everything that a machine of the spec may have any number of. */
export const SIZES: Sizes = {
  Vcpu: 2,
  Space: 4,
  Low: 4,
  Role: 5,
  Directory: 4,
  Table: 5,
  Slot: 2,
  Index: 3,
  Page: 5,
  Frame: 5,
};

/** Of the guest of a nested hypervisor. */
const L2_ROLE = 3;

type Arrays = Record<string, Uint8Array>;

/** What stays the same: two pages of one entry among them. */
const STATIC: Values = {
  [FIXED.slotSpace.name]: Uint8Array.of(0, 0, 0, 1, 1),
  [FIXED.slotDirectory.name]: Uint8Array.of(0, 1, 1, 0, 1),
  [FIXED.index.name]: Uint8Array.of(0, 1, 1, 0, 2),
  [FIXED.isGlobal.name]: Uint8Array.of(0, 0, 0, 1, 1),
  [FIXED.none.name]: Uint8Array.of(0),
  [FIXED.zero.name]: Uint8Array.of(0),
  [FIXED.wpRole.name]: Uint8Array.of(0),
  [FIXED.nowpRole.name]: Uint8Array.of(1),
  [FIXED.smepRole.name]: Uint8Array.of(2),
  [FIXED.wpSmepRole.name]: Uint8Array.of(0),
  [FIXED.l2Role.name]: Uint8Array.of(L2_ROLE),
};

/** A state as the invariant of v6.12 has it on tables of so many levels, which need not be reachable. */
export function randomState(random: Random, count: number): Values {
  const { levels, signatures } = vocabularyOf(count);
  const { Vcpu, Space, Low, Role, Table, Slot, Index, Page, Frame } = SIZES;
  const is = (parts = 2) => Number(random.below(parts) === 0);
  const a = Object.fromEntries(
    Object.entries(signatures).map(([name, { args }]) => [
      name,
      new Uint8Array(args.reduce((size, sort) => size * SIZES[sort], 1)),
    ]),
  ) as Arrays;
  const set = (name: Component, i: number, value: number) => {
    (a[name] as Uint8Array)[i] = value;
  };
  const get = (name: Component, i: number) => a[name]?.[i] as number;
  const index = STATIC[FIXED.index.name] as Uint8Array;

  for (const { of, below } of levels)
    for (let i = 0; i < SIZES[of] * Slot; i++) {
      set(`entry${of}`, i, random.below(SIZES[below]));
      set(`present${of}`, i, 1 - is(5));
    }
  for (let i = 0; i < Table * Index; i++) set('memory', i, random.below(Frame));
  for (let t = 0; t < Table; t++) {
    let synced = 0;
    for (let r = 0; r < Role; r++) {
      const page = t * Role + r;
      set('shadowedTable', page, 1 - is(3));
      set('unsync', page, get('shadowedTable', page) & is());
      synced |= get('shadowedTable', page) & (1 - get('unsync', page));
      for (let i = 0; i < Index; i++)
        if (get('shadowedTable', page))
          set(
            'spte',
            page * Index + i,
            get('unsync', page) ? random.below(Frame) : get('memory', t * Index + i) * is(),
          );
    }
    set('writableTable', t, synced ? 0 : is());
  }
  for (let v = 0; v < Vcpu; v++) {
    const [space, low] = [random.below(Space), random.below(Low)];
    set('wp', v, is());
    set('smep', v, is());
    set('pcide', v, 1 - is(3));
    set('pge', v, is());
    set('guestMode', v, is());
    const roleOfL1 = get('wp', v) ? 0 : get('smep', v) ? 2 : 1;
    const [role, other] = get('guestMode', v) ? [L2_ROLE, roleOfL1] : [roleOfL1, L2_ROLE];
    for (const name of ['cr3Space', 'rootSpace', 'hardwareSpace'] as const) set(name, v, space);
    for (const name of ['cr3Low', 'rootLow'] as const) set(name, v, low);
    set('hardwarePcid', v, get('pcide', v) || is() ? low : 0);
    for (const name of ['rootRole', 'hardwareRole'] as const) set(name, v, role);
    set('shadowedSpace', space * Role + role, 1);
    for (let s = 0; s < Space; s++)
      for (let l = 0; l < Low; l++) {
        const isActive = s === space && l === low;
        let isCached = 0;
        for (const r of [role, other]) {
          const cached = isActive && r === role ? 0 : is(4);
          set('cached', ((v * Space + s) * Low + l) * Role + r, cached);
          if (cached) set('shadowedSpace', s * Role + r, 1);
          isCached |= cached;
        }
        set('loaded', (v * Space + s) * Low + l, isActive ? 1 : get('pcide', v) & (isCached | is()));
      }
  }
  for (const { of, below } of [...levels].reverse())
    for (let p = 0; p < SIZES[of]; p++) {
      let shadowed = 0;
      for (let r = 0; r < Role; r++) {
        const upper = p * Role + r;
        if (is(3)) set(`shadowed${of}`, upper, 1);
        shadowed |= get(`shadowed${of}`, upper);
        for (let k = 0; k < Slot && get(`shadowed${of}`, upper); k++) {
          const names = get(`entry${of}`, p * Slot + k);
          const child = names * Role + r;
          const linked = get(`present${of}`, p * Slot + k) & get(`shadowed${below}`, child) & (1 - is(4));
          set(`linked${of}`, upper * Slot + k, linked);
          set(`link${of}`, upper * Slot + k, linked ? names : 0);
          set(`unsyncChildren${of}`, upper * Slot + k, linked & isUnsync(below, child) ? 1 : is(4));
        }
      }
      set(`writable${of}`, p, shadowed ? 0 : is());
    }
  fillTlbs();
  return { ...STATIC, ...a };

  /** Whether a shadow page is unsync, or has a mark. */
  function isUnsync(of: TablePage, page: number): number {
    if (of === 'Table') return get('unsync', page);
    return Number(
      Array.from({ length: Slot }, (_, k) => get(`unsyncChildren${of}`, page * Slot + k)).includes(1),
    );
  }

  /** The table to which a walk leads, of the guest's or from a root; -1 if to none. */
  function tableOf(space: number, role: number | null, page: number): number {
    return levels.reduce((upper, { of }) => {
      if (upper < 0) return upper;
      const slot = STATIC[FIXED[`slot${of}`].name]?.[page] as number;
      const k = (role === null ? upper : upper * Role + role) * Slot + slot;
      if (role === null) return get(`present${of}`, k) ? get(`entry${of}`, k) : -1;
      return get(`linked${of}`, k) ? get(`link${of}`, k) : -1;
    }, space);
  }

  /** The guest's holds what it must and more; the hardware's what it may under a PCID that is in use, and more else. */
  function fillTlbs(): void {
    for (let v = 0; v < Vcpu; v++) {
      const pcidOf = (l: number) => (get('pcide', v) ? l : 0);
      const entry = (l: number, p: number, f: number) => ((v * Low + l) * Page + p) * Frame + f;
      const inUse = new Set<number>([pcidOf(get('cr3Low', v))]);
      const hold = (l: number, s: number, shadowRole: number | null) => {
        for (let p = 0; p < Page; p++) {
          const t = tableOf(s, shadowRole, p);
          if (t < 0) continue;
          const i = index[p] as number;
          const f =
            shadowRole === null
              ? get('memory', t * Index + i)
              : get('spte', (t * Role + shadowRole) * Index + i);
          if (f > 0) set('guestTlb', entry(pcidOf(l), p, f), 1);
        }
      };
      for (let s = 0; s < Space; s++)
        for (let l = 0; l < Low; l++) {
          if (get('loaded', (v * Space + s) * Low + l)) hold(l, s, null);
          for (let r = 0; r < Role; r++)
            if (get('pcide', v) & get('cached', ((v * Space + s) * Low + l) * Role + r)) {
              hold(l, s, r);
              if ((r === L2_ROLE) === (get('guestMode', v) === 1)) inUse.add(l);
            }
        }
      hold(get('rootLow', v), get('rootSpace', v), get('rootRole', v));
      for (let p = 0; p < Page; p++)
        for (let f = 1; f < Frame; f++) {
          set('guestGlobal', (v * Page + p) * Frame + f, is(6));
          for (let l = 0; l < Low; l++) {
            if (is(4)) set('guestTlb', entry(l, p, f), 1);
            const held = get('guestTlb', entry(l, p, f)) | get('guestGlobal', (v * Page + p) * Frame + f);
            const may = get('pcide', v) ? (inUse.has(l) ? held : 1) : l === 0 ? held : 0;
            const from = entry(l, p, f) * Space + ((l + p + f) % Space);
            set('hardwareTlb', from, may & is());
            set('awayTlb', from, is(5));
          }
        }
    }
  }
}
