import { WORK_NAMES } from '../../../spec/state/work.ts';
import type { Core } from '../machine.ts';

export const EXITS = WORK_NAMES.indexOf('exits');
export const ROOT_LOADS = WORK_NAMES.indexOf('rootLoads');
export const PAGES_SYNCED = WORK_NAMES.indexOf('pagesSynced');
export const HARDWARE_FLUSHES = WORK_NAMES.indexOf('hardwareFlushes');
export const ROOTS_FREED = WORK_NAMES.indexOf('rootsFreed');
export const REMOTE_FLUSHES = WORK_NAMES.indexOf('remoteFlushes');

/** Counts one more piece of work. Searches do not count, and nothing of it is left in specialised code. */
export function count(m: Core, number: number): void {
  if (m.counting) m.work[number]!++;
}
