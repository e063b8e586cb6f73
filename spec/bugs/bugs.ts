import type { Bug } from './bug.ts';
import { HARDWARE_TLB_BUGS } from './hardware-tlb.ts';
import { PREV_ROOT_BUGS } from './prev-roots.ts';
import { REGISTER_BUGS } from './registers.ts';
import { SYNC_BUGS } from './sync.ts';

/** Bugs that KVM had, or nearly had, in what it lets a guest see as its TLB. */
export const BUGS: readonly Bug[] = [...PREV_ROOT_BUGS, ...REGISTER_BUGS, ...SYNC_BUGS, ...HARDWARE_TLB_BUGS];
