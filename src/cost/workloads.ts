import type { KernelName } from '../../spec/kernels/named.ts';
import { FORK_EXIT } from './fork-exit.ts';
import { PCID_REUSE } from './pcid-reuse.ts';
import { REMAPS } from './remap.ts';
import { SUSPEND } from './suspend.ts';
import { SWITCHES } from './switches.ts';
import type { Workload } from './workload.ts';

/** What `vtlb cost` can run. */
export const WORKLOADS: readonly Workload[] = [...SWITCHES, ...FORK_EXIT, ...REMAPS, PCID_REUSE, SUSPEND];

/** The kernels that are compared unless others are named: those between which costs change. */
export const TELLING_KERNELS: readonly KernelName[] = ['v5.13', 'v5.14', 'patch', 'v6.1', 'v6.12', 'naive'];
