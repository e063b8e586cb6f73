import type { AnySchema, AnySort, Sort, Sorts, Turns } from '../../spec/schema/sorts.ts';
import type { PageName } from '../../spec/state/names.ts';
import { type Cr3, formatCr3, sameCr3 } from '../../spec/state/registers.ts';
import { REQUESTS } from '../../spec/state/requests.ts';
import { type Tlb, type TlbEntry, VPIDS, type Vpid } from '../../spec/state/tlb.ts';
import { type Root, type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { IS_SET, keyOf, tlbPlace } from './keys.ts';
import type { Change, SlotPicture } from './picture.ts';

/** A change, and the guest page that it has to do with. */
export type Told = Change & { readonly page?: PageName };

/** Where fields are whose values differ. */
export interface At {
  /** The key of a thing that people call so. */
  readonly key: (called: string) => string;
  /** The page that they are of, by name, and its entries. */
  readonly subject?: string;
  readonly entries?: readonly { readonly key: string; readonly name: string }[];
  /** The vCPU that they are of, before and after. */
  readonly vcpu?: { readonly cpu: number; readonly before: Vcpu; readonly after: Vcpu };
  /** Of what is cached: whether it is under the VPID in use. */
  readonly isInUse?: boolean;
}

/** What differs in any field of a part of the state, in the order of its schema. */
export function walkFields<T extends object>(schema: AnySchema, before: T, after: T, at: At): Told[] {
  return Object.entries(schema).flatMap(([name, sort]) => {
    const [old, now] = [before[name as keyof T], after[name as keyof T]];
    return old === now ? [] : account(sort, old, now, at);
  });
}

function account(sort: AnySort, before: unknown, after: unknown, at: At): Told[] {
  switch (sort.kind) {
    case 'fixed':
      return [];
    case 'parts':
    case 'register':
      return walkFields(sort.of, before as object, after as object, at);
    case 'by vpid': {
      const [old, now] = [before, after] as [Record<Vpid, object>, Record<Vpid, object>];
      const inUse = at.vcpu && vpidInUse(at.vcpu.after.guest);
      return VPIDS.toSorted((one) => (one === inUse ? -1 : 1)).flatMap((vpid) =>
        walkFields(sort.of, old[vpid], now[vpid], { ...at, isInUse: vpid === inUse }),
      );
    }
    case 'by vcpu':
    case 'by page':
      throw new Error(`cannot happen: what differs ${sort.kind} is told of each`);
    default:
      return ACCOUNTS[sort.kind](before as never, after as never, at, sort as never);
  }
}

/** Says what differs between two values of a sort, in short words. */
type Account<V> = (before: V, after: V, at: At, said: Sort<keyof Sorts>) => Told[];

const ACCOUNTS: { readonly [K in keyof Sorts]: Account<Sorts[K]> } = {
  flag: (before, after, { key, subject }, { called, turns }) =>
    turns === undefined
      ? change(key(called), named(called, subject), before ? '1' : '0', after ? '1' : '0')
      : turn(key(called), before, after, turns, subject),
  count: (before, after, { key, subject }, { called }) =>
    change(key(called), named(called, subject), `${before}`, `${after}`),
  cr3: (before, after, { key }, { called }) =>
    change(key(called), called, formatCr3(before), formatCr3(after)),
  root: (before, after, at, { called }) => [
    ...change(at.key(called), called, cr3Of(before), cr3Of(after)),
    ...pageChange(at, 'root', before, after),
  ],
  // All at once, since roots move from slot to slot together.
  'root slots': (before, after, at, { called }) => {
    const all = (roots: readonly (Root | null)[]) => `[${roots.map(cr3Of).join(' ')}]`;
    const holder = (slot: number) => `prev_roots[${slot}]` as const;
    const moved = [...after.keys()].filter((slot) => cr3Of(after[slot]) !== cr3Of(before[slot]));
    const keys = moved.map((slot) => at.key(holder(slot)));
    return [
      ...(moved.length === 0 ? [] : [{ keys, text: `${called} ${all(before)} -> ${all(after)}` }]),
      ...after.flatMap((root, slot) => pageChange(at, holder(slot), before[slot] ?? null, root)),
    ];
  },
  'hardware CR3': (before, after, { key }, { called }) => {
    const text = (loaded: Sorts['hardware CR3']) => (loaded ? `${loaded.page} pcid=${loaded.pcid}` : '-');
    return change(key(called), called, text(before), text(after));
  },
  requests: (before, after, { key }, { called }) => {
    const inOrder = (pending: Sorts['requests']) => REQUESTS.filter((each) => pending.includes(each));
    const text = (pending: Sorts['requests']) => inOrder(pending).join(' ') || 'none';
    return change(key(called), called, text(before), text(after));
  },
  tlb: (before, after, { vcpu, isInUse }, { called }) => {
    const cpu = vcpu?.cpu ?? 0;
    const place = tlbPlace(called, isInUse);
    const keyed = (entries: Tlb) =>
      new Map(entries.map((entry) => [keyOf.tlbEntry(cpu, place, entry), entry]));
    const [old, now] = [keyed(before), keyed(after)];
    const say = (entries: ReadonlyMap<string, TlbEntry>, others: typeof entries, verb: string) =>
      [...entries]
        .filter(([key]) => !others.has(key))
        .map(([key, { pcid, page, frame }]) => ({
          keys: [key],
          text: `${place} ${verb} ${pcid}:${page}=${frame}`,
        }));
    return [...say(old, now, 'drops'), ...say(now, old, 'takes in')];
  },
  'CR3 values': (before, after, { key, isInUse }, { called }) => {
    const say = (values: readonly Cr3[], others: readonly Cr3[], verb: string) =>
      values
        .filter((cr3) => !others.some((other) => sameCr3(other, cr3)))
        .map((cr3) => ({
          keys: [key('refills')],
          text: `${tlbPlace(called, isInUse)} ${verb} ${formatCr3(cr3)}`,
        }));
    return [
      ...say(before, after, 'may no longer refill through'),
      ...say(after, before, 'may refill through'),
    ];
  },
  entries: (before, after, { entries = [] }) =>
    entries.flatMap(({ key, name }, i) => change(key, name, before[i] ?? 'none', after[i] ?? 'none')),
  'entry flags': (before, after, { entries = [] }, { turns }) =>
    entries.flatMap(({ key, name }, i) => turn(key, before[i] ?? false, after[i] ?? false, turns, name)),
  'page flags': (before, after, _, { turns }) =>
    Object.entries(after).flatMap(([page, now]) =>
      turn(keyOf.table(page), before[page] ?? false, now, turns, page).map((told) => ({ ...told, page })),
    ),
};

const named = (what: string, subject?: string) => (subject === undefined ? what : `${subject} ${what}`);

/** `NAME BEFORE -> AFTER`, or nothing. */
function change(key: string, name: string, before: string, after: string): Change[] {
  return before === after ? [] : [{ keys: [key], text: `${name} ${before} -> ${after}` }];
}

/** A flag that changed, in words for both ways; or nothing. */
function turn(
  key: string,
  before: boolean,
  after: boolean,
  [set, cleared]: Turns = IS_SET,
  subject?: string,
): Change[] {
  return before === after ? [] : [{ keys: [key], text: named(after ? set : cleared, subject) }];
}

function cr3Of(root: Root | null | undefined): string {
  return root ? formatCr3(root.pgd) : '-';
}

/** That the root for a CR3 value points to another page than it did, in this slot or in the one it comes from. */
function pageChange(
  { key, vcpu }: At,
  holder: SlotPicture['holder'],
  old: Root | null,
  root: Root | null,
): Change[] {
  if (root === null || vcpu === undefined) return [];
  const isOfSame = (other: Root | null): other is Root => other !== null && sameCr3(other.pgd, root.pgd);
  const twins = isOfSame(old) ? [old] : [vcpu.before.mmu.root, ...vcpu.before.mmu.prevRoots].filter(isOfSame);
  const [twin] = twins;
  if (twin === undefined || twins.some(({ page }) => page === root.page)) return [];
  return change(key(holder), `${holder} ${cr3Of(root)}`, twin.page, root.page);
}
