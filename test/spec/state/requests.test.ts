import { expect, it } from 'vitest';
import { REQUESTS } from '../../../spec/state/requests.ts';

it('requests are served roots first, then sync, then CR3, then the flushes from wide to narrow and the guest flush', () => {
  expect(REQUESTS).toEqual([
    'MMU_RELOAD',
    'MMU_FREE_OBSOLETE_ROOTS',
    'MMU_SYNC',
    'LOAD_MMU_PGD',
    'TLB_FLUSH',
    'TLB_FLUSH_CURRENT',
    'TLB_FLUSH_GUEST',
  ]);
});
