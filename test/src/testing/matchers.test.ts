import { expect, it } from 'vitest';
import { vtlbMatchers } from '../../../src/testing/index.ts';
import { SpecAdapter } from './spec-adapter.ts';

expect.extend(vtlbMatchers);

const STALE = 'access u0\nwrite-pte a:u0 f2\nwrite-pte b:u0 f2\nmov-cr3 b\nmov-cr4 pcide=1';

it('toAgreeWithSpec passes an adapter that agrees, and shows the trace of one that does not', async () => {
  await expect(new SpecAdapter('v6.12')).toAgreeWithSpec({ kernel: 'v6.12', runs: 20 });
  await expect(new SpecAdapter('v5.13')).not.toAgreeWithSpec({ kernel: 'v6.12', depth: 2 });
  const failing = expect(new SpecAdapter('v5.13')).toAgreeWithSpec({ kernel: 'v6.12', depth: 2 });
  await expect(failing).rejects.toThrow(/for vtlb replay:\n {4}mov-cr3 a pcid=1\n {4}invpcid single pcid=0/);
});

it('toBeClean replays text or events, and shows the step that breaks a property', () => {
  expect(STALE).toBeClean();
  expect([{ kind: 'access', cpu: 0, page: 'u0' }]).toBeClean({ kernel: 'v5.13', contract: 'sdm' });
  expect(STALE).not.toBeClean({ kernel: 'v5.13' });
  expect(() => expect(STALE).toBeClean({ kernel: 'v5.13' })).toThrow(
    /the trace is stale\nstep 5: vtlb-within-guest-tlb: .*a\|0.* still maps u0 to f1/,
  );
  expect(() => expect('access u7').toBeClean()).toThrow(/line 1/);
});
