import { FIXED, STATE } from '../../../spec/proof/vocabulary.ts';
import type { Random } from '../../../src/checker/random.ts';
import type { Sizes, Values } from '../../../src/prove/finite.ts';

/** Four or five of everything that a machine of the spec may have any number of. */
export const SIZES: Sizes = {
  Vcpu: 2,
  Space: 4,
  Low: 4,
  Role: 5,
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
  [FIXED.slot.name]: Uint8Array.of(0, 0, 0, 1, 1),
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

/** A state as the invariant of v6.12 has it, which need not be reachable. */
export function randomState(random: Random): Values {
  const { Vcpu, Space, Low, Role, Table, Slot, Index, Page, Frame } = SIZES;
  const is = (parts = 2) => Number(random.below(parts) === 0);
  const a = Object.fromEntries(
    Object.entries(STATE).map(([name, { args }]) => [
      name,
      new Uint8Array(args.reduce((size, sort) => size * SIZES[sort], 1)),
    ]),
  ) as Arrays;
  const set = (name: keyof typeof STATE, i: number, value: number) => {
    (a[name] as Uint8Array)[i] = value;
  };
  const get = (name: keyof typeof STATE, i: number) => a[name]?.[i] as number;
  const slot = STATIC[FIXED.slot.name] as Uint8Array;
  const index = STATIC[FIXED.index.name] as Uint8Array;

  for (let i = 0; i < Space * Slot; i++) {
    set('directory', i, random.below(Table));
    set('present', i, 1 - is(5));
  }
  for (let i = 0; i < Table * Index; i++) set('memory', i, random.below(Frame));
  for (let t = 0; t < Table; t++) {
    let synced = 0;
    for (let r = 0; r < Role; r++) {
      const page = t * Role + r;
      set('shadowed', page, 1 - is(3));
      set('unsync', page, get('shadowed', page) & is());
      synced |= get('shadowed', page) & (1 - get('unsync', page));
      for (let i = 0; i < Index; i++)
        if (get('shadowed', page))
          set(
            'spte',
            page * Index + i,
            get('unsync', page) ? random.below(Frame) : get('memory', t * Index + i) * is(),
          );
    }
    set('writable', t, synced ? 0 : is());
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
    set('topShadowed', space * Role + role, 1);
    for (let s = 0; s < Space; s++)
      for (let l = 0; l < Low; l++) {
        const isActive = s === space && l === low;
        let isCached = 0;
        for (const r of [role, other]) {
          const cached = isActive && r === role ? 0 : is(4);
          set('cached', ((v * Space + s) * Low + l) * Role + r, cached);
          if (cached) set('topShadowed', s * Role + r, 1);
          isCached |= cached;
        }
        set('loaded', (v * Space + s) * Low + l, isActive ? 1 : get('pcide', v) & (isCached | is()));
      }
  }
  for (let s = 0; s < Space; s++) {
    let shadowed = 0;
    for (let r = 0; r < Role; r++) {
      const top = s * Role + r;
      if (is(3)) set('topShadowed', top, 1);
      shadowed |= get('topShadowed', top);
      for (let k = 0; k < Slot && get('topShadowed', top); k++) {
        const table = get('directory', s * Slot + k);
        const child = table * Role + r;
        const linked = get('present', s * Slot + k) & get('shadowed', child) & (1 - is(4));
        set('linked', top * Slot + k, linked);
        set('link', top * Slot + k, linked ? table : 0);
        set('unsyncChildren', top * Slot + k, linked & get('unsync', child) ? 1 : is(4));
      }
    }
    set('topWritable', s, shadowed ? 0 : is());
  }
  fillTlbs();
  return { ...STATIC, ...a };

  /** The guest's holds what it must and more; the hardware's what it may under a PCID that is in use, and more else. */
  function fillTlbs(): void {
    for (let v = 0; v < Vcpu; v++) {
      const pcidOf = (l: number) => (get('pcide', v) ? l : 0);
      const entry = (l: number, p: number, f: number) => ((v * Low + l) * Page + p) * Frame + f;
      const inUse = new Set<number>([pcidOf(get('cr3Low', v))]);
      const hold = (l: number, s: number, shadowRole: number | null) => {
        for (let p = 0; p < Page; p++) {
          const top = shadowRole === null ? s * Slot : (s * Role + shadowRole) * Slot;
          const k = top + (slot[p] as number);
          const t = get(shadowRole === null ? 'directory' : 'link', k);
          if (!get(shadowRole === null ? 'present' : 'linked', k)) continue;
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
