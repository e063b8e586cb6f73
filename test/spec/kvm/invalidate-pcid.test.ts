import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { invalidatePcid } from '../../../spec/kvm/invalidate-pcid.ts';
import { access, inUse, movCr3, noflush, rootsOf, SET_PCIDE, scene, shadowOf, writePte } from '../helpers.ts';

const SYNC_FLUSH = ['MMU_SYNC', 'TLB_FLUSH_CURRENT'];

function pcidless(pcidlessInvalidation: Kernel['pcidlessInvalidation']) {
  const here = scene({ bounds: { spaces: 3 } }, movCr3('b|24'), movCr3('c'), movCr3('a'));
  const kernel: Kernel = { ...here.world.kernel, pcidlessInvalidation };
  invalidatePcid({ ...here, world: { ...here.world, kernel } }, 0);
  return { requests: here.vcpu.mmu.requests, roots: rootsOf(here.vcpu) };
}

describe('with PCIDE=0', () => {
  it('free-prev-roots frees every cached root: all have PCID 0, whatever PWT and PCD are', () => {
    expect(pcidless('free-prev-roots')).toEqual({ requests: SYNC_FLUSH, roots: 'a|0 - - -' });
  });

  it('keep-prev-roots syncs and flushes the current root and keeps the others', () => {
    expect(pcidless('keep-prev-roots')).toEqual({ requests: SYNC_FLUSH, roots: 'a|0 c|0 b|24 -' });
  });

  it('return-first does nothing', () => {
    expect(pcidless('return-first')).toEqual({ requests: [], roots: 'a|0 c|0 b|24 -' });
  });
});

describe.each(['free-prev-roots', 'keep-prev-roots', 'return-first'] as const)(
  'with PCIDE=1 and %s',
  (pcidlessInvalidation) => {
    const here = () =>
      scene(
        { kernel: { base: 'v6.12', pcidlessInvalidation }, bounds: { spaces: 4 } },
        SET_PCIDE,
        noflush('b|1'),
        noflush('c|0'),
        noflush('d|1'),
      );

    it('the active PCID: the current root is synced and flushed, cached roots of it are freed', () => {
      const its = here();
      invalidatePcid(its, 1);
      expect(its.vcpu.mmu.requests).toEqual(SYNC_FLUSH);
      expect(rootsOf(its.vcpu)).toBe('d|1 c|0 - a|0');
    });

    it('another PCID: its cached roots are freed, and nothing is asked for', () => {
      const its = here();
      invalidatePcid(its, 0);
      expect(its.vcpu.mmu.requests).toEqual([]);
      expect(rootsOf(its.vcpu)).toBe('d|1 - b|1 -');
    });

    it('a PCID without a root: nothing', () => {
      const its = here();
      invalidatePcid(its, 7);
      expect(its.vcpu.mmu.requests).toEqual([]);
      expect(rootsOf(its.vcpu)).toBe('d|1 c|0 b|1 a|0');
    });
  },
);

it('leaves the hardware TLB to the requests', () => {
  const here = scene({}, access('u0'));
  const { hardware } = inUse(here.vcpu);
  invalidatePcid(here, 0);
  expect(inUse(here.vcpu).hardware).toBe(hardware);
});

describe('the current root', () => {
  it('at-once is synced now, and only the flush is asked for', () => {
    const here = scene(
      { kernel: { base: 'v6.12', currentRootSync: 'at-once' } },
      access('u0'),
      writePte('a:u0', 'f1'),
    );
    invalidatePcid(here, 0);
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(false);
    expect(here.vcpu.mmu.requests).not.toContain('MMU_SYNC');
    expect(here.vcpu.mmu.requests).toContain('TLB_FLUSH_CURRENT');
  });

  it('by-request stays unsync until the entry', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f1'));
    invalidatePcid(here, 0);
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(true);
    expect(here.vcpu.mmu.requests).toEqual(SYNC_FLUSH);
  });
});
