import type { Goal } from '../checker/model.ts';
import { GOALS, GOALS_OF_CODE } from '../engine/memo/goals.ts';

/** Something that a search under a guest looks for besides, with what it means if it is found. */
interface GuestGoal extends Goal {
  readonly message: string;
}

/** What a search under a guest looks for besides what every search does. */
export const GUEST_GOALS = [
  {
    name: 'guest-reads-what-it-flushed-for',
    kind: 'always',
    ends: false,
    message: 'after the flush of its last store the guest still reads another frame than its tables give',
  },
  {
    name: 'guest-tlb-holds-what-it-flushed-for',
    kind: 'always',
    ends: false,
    message: 'a processor without KVM could still hold another frame: the guest itself flushes too little',
  },
  {
    name: 'noflush-load-takes-a-cached-root',
    kind: 'sometimes',
    ends: false,
    message: 'the guest loads a CR3 value with NOFLUSH and KVM has its root in prev_roots',
  },
  {
    name: 'flushing-load-of-an-mm-that-was-changed',
    kind: 'sometimes',
    ends: false,
    message: 'an ASID holds the context of the mm, but has not seen its tlb_gen',
  },
  {
    name: 'asid-taken-from-another-mm',
    kind: 'sometimes',
    ends: false,
    message: 'an mm without a context gets an ASID that another mm had',
  },
  {
    name: 'stale-read-before-the-flush',
    kind: 'sometimes',
    ends: false,
    message:
      'the guest can read what its own TLB could not hold, of an entry for which it still owes a flush',
  },
  {
    name: 'stale-root-that-the-guest-will-not-use',
    kind: 'sometimes',
    ends: false,
    message: 'a root in prev_roots is stale under the contract, for a translation that is not stale in use',
  },
] as const satisfies readonly GuestGoal[];

export type GuestGoalName = (typeof GUEST_GOALS)[number]['name'];

/** What a goal of a guest means; null for a goal of every search. */
export function messageOfGuest(name: string): string | null {
  return GUEST_GOALS.find((goal) => goal.name === name)?.message ?? null;
}

/** What a search under a guest looks for: the goals of every search keep their numbers. */
export const GOALS_WITH_GUEST: readonly Goal[] = [...GOALS, ...GUEST_GOALS];

/** The same where KVM is Linux's own code. */
export const GOALS_OF_CODE_WITH_GUEST: readonly Goal[] = [...GOALS_OF_CODE, ...GUEST_GOALS];

/** The bit of a guest's goal in a mask. */
export function guestBit(name: GuestGoalName): number {
  return 1 << GOALS_WITH_GUEST.findIndex((goal) => goal.name === name);
}
