import { REQUESTS, type Request } from '../../../spec/state/requests.ts';

const bit = (request: Request) => 1 << REQUESTS.indexOf(request);

/** The requests as bits. */
export const MMU_RELOAD = bit('MMU_RELOAD');
export const MMU_FREE_OBSOLETE_ROOTS = bit('MMU_FREE_OBSOLETE_ROOTS');
export const MMU_SYNC = bit('MMU_SYNC');
export const LOAD_MMU_PGD = bit('LOAD_MMU_PGD');
export const TLB_FLUSH = bit('TLB_FLUSH');
export const TLB_FLUSH_CURRENT = bit('TLB_FLUSH_CURRENT');
export const TLB_FLUSH_GUEST = bit('TLB_FLUSH_GUEST');
