import { type Cr0, type Cr3, type Cr4, formatCr3, sameCr3 } from '../../spec/state/registers.ts';
import { REQUESTS, type Request } from '../../spec/state/requests.ts';
import { type Tlb, type TlbEntry, VPIDS, type VpidTlbs } from '../../spec/state/tlb.ts';
import {
  type GuestState,
  type HardwareCr3,
  type Mmu,
  type Root,
  type Vcpu,
  vpidInUse,
} from '../../spec/state/vcpu.ts';
import { type Account, type Accounts, change, turn, walkFields } from './account.ts';
import { keyOf, tlbPlace } from './keys.ts';
import type { Change, SlotPicture } from './picture.ts';

/** A vCPU at both ends. */
interface At {
  readonly cpu: number;
  readonly before: Vcpu;
  readonly after: Vcpu;
}

/** What differs between two states of one vCPU. */
export function vcpuChanges(before: Vcpu, after: Vcpu, cpu: number): Change[] {
  return walkFields(VCPU, before, after, { cpu, before, after });
}

const bit =
  (name: string): Account<boolean, At> =>
  (before, after, { cpu }) =>
    change(keyOf.ofVcpu(cpu, name), name, before ? '1' : '0', after ? '1' : '0');

const CR0: Accounts<Cr0, At> = { wp: bit('CR0.WP') };

const CR4: Accounts<Cr4, At> = { pcide: bit('CR4.PCIDE'), pge: bit('CR4.PGE'), smep: bit('CR4.SMEP') };

const GUEST: Accounts<GuestState, At> = {
  cr0: (before, after, at) => walkFields(CR0, before, after, at),
  cr3: (before, after, { cpu }) =>
    change(keyOf.ofVcpu(cpu, 'CR3'), 'CR3', formatCr3(before), formatCr3(after)),
  cr4: (before, after, at) => walkFields(CR4, before, after, at),
  guestMode: (before, after, { cpu }) =>
    turn(keyOf.ofVcpu(cpu, 'guest mode'), before, after, 'L2 runs', 'L1 runs'),
  ownVpid: (before, after, { cpu }) =>
    turn(
      keyOf.ofVcpu(cpu, 'guest mode'),
      before,
      after,
      'the VPID of L2 is in use',
      'the VPID of L1 is in use',
    ),
};

const MMU: Accounts<Mmu, At> = {
  requests: (before, after, { cpu }) =>
    change(keyOf.ofVcpu(cpu, 'requests'), 'requests', inOrder(before), inOrder(after)),
  root: (before, after, at) => {
    const key = keyOf.ofVcpu(at.cpu, 'root');
    return [...change(key, 'root', cr3Of(before), cr3Of(after)), ...pageChange(at, 'root', before, after)];
  },
  // All at once, since roots move from slot to slot together.
  prevRoots: (before, after, at) => {
    const all = (roots: readonly (Root | null)[]) => `[${roots.map(cr3Of).join(' ')}]`;
    const holder = (slot: number) => `prev_roots[${slot}]` as const;
    const moved = [...after.keys()].filter((slot) => cr3Of(after[slot]) !== cr3Of(before[slot]));
    const keys = moved.map((slot) => keyOf.ofVcpu(at.cpu, holder(slot)));
    return [
      ...(moved.length === 0 ? [] : [{ keys, text: `prev_roots ${all(before)} -> ${all(after)}` }]),
      ...after.flatMap((root, slot) => pageChange(at, holder(slot), before[slot] ?? null, root)),
    ];
  },
  hardwareCr3: (before, after, { cpu }) =>
    change(
      keyOf.ofVcpu(cpu, 'hardware CR3'),
      'hardware CR3',
      hardwareCr3Text(before),
      hardwareCr3Text(after),
    ),
};

function cr3Of(root: Root | null | undefined): string {
  return root ? formatCr3(root.pgd) : '-';
}

function hardwareCr3Text(loaded: HardwareCr3 | null): string {
  return loaded === null ? '-' : `${loaded.page} pcid=${loaded.pcid}`;
}

/** That the root for a CR3 value points to another page than it did, in this slot or in the one it comes from. */
function pageChange(
  { cpu, before }: At,
  holder: SlotPicture['holder'],
  old: Root | null,
  root: Root | null,
): Change[] {
  if (root === null) return [];
  const isOfSame = (other: Root | null): other is Root => other !== null && sameCr3(other.pgd, root.pgd);
  const twins = isOfSame(old) ? [old] : [before.mmu.root, ...before.mmu.prevRoots].filter(isOfSame);
  const [twin] = twins;
  if (twin === undefined || twins.some(({ page }) => page === root.page)) return [];
  return change(keyOf.ofVcpu(cpu, holder), `${holder} ${cr3Of(root)}`, twin.page, root.page);
}

/** What is told of TLBs, and whether it is of those under the VPID in use. */
interface AtVpid extends At {
  readonly isInUse: boolean;
}

const UNDER_VPID: Accounts<VpidTlbs, AtVpid> = {
  hardware: entryChanges('hardware'),
  guest: entryChanges('guest'),
  away: entryChanges('away'),
  loaded: (before, after, { cpu, isInUse }) => {
    const lackedBy = (loaded: readonly Cr3[]) => (cr3: Cr3) => !loaded.some((other) => sameCr3(other, cr3));
    const say = (verb: string) => (cr3: Cr3) => ({
      keys: [keyOf.ofVcpu(cpu, 'refills')],
      text: `${tlbPlace('guest', isInUse)} ${verb} ${formatCr3(cr3)}`,
    });
    return [
      ...before.filter(lackedBy(after)).map(say('may no longer refill through')),
      ...after.filter(lackedBy(before)).map(say('may refill through')),
    ];
  },
};

function entryChanges(tlb: 'hardware' | 'guest' | 'away'): Account<Tlb, AtVpid> {
  return (before, after, { cpu, isInUse }) => {
    const place = tlbPlace(tlb, isInUse);
    const keyed = (entries: Tlb) =>
      new Map(entries.map((entry) => [keyOf.tlbEntry(cpu, place, entry), entry]));
    const [old, now] = [keyed(before), keyed(after)];
    const say = (entries: ReadonlyMap<string, TlbEntry>, verb: string) =>
      [...entries].map(([key, { pcid, page, frame }]) => ({
        keys: [key],
        text: `${place} ${verb} ${pcid}:${page}=${frame}`,
      }));
    return [...say(without(old, now), 'drops'), ...say(without(now, old), 'takes in')];
  };
}

function without<T>(all: ReadonlyMap<string, T>, some: ReadonlyMap<string, unknown>): Map<string, T> {
  return new Map([...all].filter(([key]) => !some.has(key)));
}

const VCPU: Accounts<Vcpu, At> = {
  guest: (before, after, at) => walkFields(GUEST, before, after, at),
  mmu: (before, after, at) => walkFields(MMU, before, after, at),
  tlbs: (before, after, at) => {
    const inUse = vpidInUse(at.after.guest);
    return [inUse, ...VPIDS.filter((vpid) => vpid !== inUse)].flatMap((vpid) =>
      walkFields(UNDER_VPID, before[vpid], after[vpid], { ...at, isInUse: vpid === inUse }),
    );
  },
  entryFails: (before, after, { cpu }) =>
    turn(keyOf.ofVcpu(cpu, 'entry'), before, after, 'the next entry will fail', 'the entry has failed'),
};

/** Requests in the order of their service. */
function inOrder(requests: readonly Request[]): string {
  return REQUESTS.filter((request) => requests.includes(request)).join(' ') || 'none';
}
