import { describe, expect, it } from 'vitest';
import { runTrace, type TraceSetting } from '../../../src/export/trace-run.ts';
import { explainStale } from '../../../src/report/explain.ts';

const explain = (setting: TraceSetting, ...events: readonly string[]) => {
  const { world, replay } = runTrace(setting, events.join('\n'));
  return explainStale(world, replay);
};

describe('what is stale, told in the order of time', () => {
  it('first the change, then the flush', () => {
    const setting: TraceSetting = { kernel: 'v5.12', layout: 'faults' };
    expect(explain(setting, 'access u0', 'write-pte a:u0 f2', 'host flush-guest')).toBe(
      'cpu 0: root (a|0) still maps u0 to f1. It was cached at step 1 (access u0). The guest changed its entry at ' +
        'step 2 (write-pte a:u0 f2). The guest TLB had to drop it at step 3 (host flush-guest), which invalidates ' +
        'everything. That it is still used is the fault of step 3 (host flush-guest), which should have removed it.',
    );
  });

  it('first the flush, then the change', () => {
    const cached = ['access u0', 'mov-cr4 pcide=1', 'mov-cr3 b pcid=1'];
    expect(explain({ contract: 'sdm' }, ...cached, 'invpcid address pcid=0 u0', 'write-pte a:u0 f2')).toBe(
      'cpu 0: prev_roots[0] (a|0) still maps u0 to f1. It was cached at step 1 (access u0). The guest TLB had to drop ' +
        'it at step 4 (invpcid address pcid=0 u0), which invalidates u0 under PCID 0, while the tables still had it. ' +
        'The guest changed its entry at step 5 (write-pte a:u0 f2). That it is still used is the fault of step 4 ' +
        '(invpcid address pcid=0 u0), which should have removed it: KVM need not learn of the store that came later.',
    );
  });

  it('blames what takes it in again after the flush', () => {
    const setting: TraceSetting = {
      set: { linkUnsyncChildren: 'nothing' },
      layout: 'deep',
      bounds: { userPages: 0, kernelPages: 2 },
    };
    expect(explain(setting, 'access k0', 'write-pte a:k0 f2', 'mov-cr3 b', 'access k1')).toContain(
      'The guest TLB had to drop it at step 3 (mov-cr3 b), which invalidates PCID 0. It was cached at step 4 (access ' +
        'k1). That it is used after that is the fault of step 4 (access k1), which should not have taken it in.',
    );
  });
});

const CHANGED = ['access u0', 'write-pte a:u0 f2'];

const DROPPED: readonly { why: string; setting: TraceSetting; events: readonly string[] }[] = [
  {
    why: 'which invalidates PCID 0.',
    setting: { set: { movCr3Flush: 'same-root-only' } },
    events: [...CHANGED, 'mov-cr3 b', 'mov-cr3 a'],
  },
  {
    why: 'which invalidates PCID 0 and what is global.',
    setting: { layout: 'roles', set: { roleChange: 'keep-roots-always' } },
    events: [...CHANGED, 'mov-cr4 smep=1'],
  },
  {
    why: 'which invalidates u0 under PCID 0.',
    setting: { layout: 'faults', set: { injectedFault: 'nothing' } },
    events: [...CHANGED, 'page-fault u0'],
  },
  {
    why: 'after which its PCID is 1.',
    setting: { set: { pcideSet: 'free-low-bits-0' } },
    events: ['access u0', 'mov-cr3 a pcid=1', 'write-pte a:u0 f2', 'mov-cr3 b', 'mov-cr4 pcide=1'],
  },
  {
    why: 'after which another VPID is in use.',
    setting: { layout: 'vpids', set: { newVpid: 'nothing' } },
    events: [
      'nested enter a vpid=same',
      'access u0',
      'write-pte a:u0 f2',
      'nested exit a',
      'nested enter a vpid=new',
    ],
  },
];

describe('why the guest TLB had to drop it', () => {
  it.each(DROPPED)('$why', ({ why, setting, events }) => expect(explain(setting, ...events)).toContain(why));
});
