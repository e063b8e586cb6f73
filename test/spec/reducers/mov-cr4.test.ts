import { describe, expect, it } from 'vitest';
import type { KernelSetting } from '../helpers.ts';
import {
  access,
  inUse,
  invpcidSingle,
  movCr0,
  movCr3,
  movCr4,
  noflush,
  rootsOf,
  SET_PCIDE,
  scene,
  writePte,
} from '../helpers.ts';

it('MOV to CR4 gives the named bits a value and leaves the others', () => {
  const here = scene({}, movCr4({ pge: true }), movCr4({ pcide: true }), movCr4({ pge: false, smep: true }));
  expect(here.vcpu.guest.cr4).toEqual({ pcide: true, pge: false, smep: true });
});

describe('item 3a of the bug corpus: PCIDE 0->1 must lose cached roots that nobody synced', () => {
  const seen = (kernel: KernelSetting, flush: 'mov-cr3' | 'invpcid') => {
    const here = scene({ kernel }, movCr3('b'), access('u0'), movCr3('a'), writePte('b:u0', 'f2'));
    here.run(flush === 'mov-cr3' ? movCr3('a') : invpcidSingle(0), SET_PCIDE, noflush('b'));
    return here.run(access('u0')).sees;
  };

  it.each(['mov-cr3', 'invpcid'] as const)('after %s, the patch and later kernels do', (flush) => {
    expect(seen('patch', flush)).toEqual(['f2']);
    expect(seen('v6.12', flush)).toEqual(['f2']);
  });

  it.each(['mov-cr3', 'invpcid'] as const)('after %s, v5.14 has none to lose', (flush) => {
    expect(seen('v5.14', flush)).toEqual(['f2']);
  });

  it.each(['mov-cr3', 'invpcid'] as const)('after %s, the patch without its CR4 part is stale', (flush) => {
    expect(seen({ base: 'patch', pcideSet: 'nothing' }, flush)).toEqual(['f1']);
  });

  it('v5.13 is stale after a MOV CR3, and not after INVPCID single', () => {
    expect(seen('v5.13', 'mov-cr3')).toEqual(['f1']);
    expect(seen('v5.13', 'invpcid')).toEqual(['f2']);
  });
});

describe('at the next entry', () => {
  const roots = (kernel: KernelSetting, ...events: Parameters<typeof scene>[1][]) =>
    rootsOf(scene({ kernel }, ...events).vcpu);

  it.each(['patch', 'v6.12'] as const)('PCIDE 0->1 in %s leaves the current root alone', (kernel) => {
    expect(roots(kernel, movCr3('b'), movCr3('a'), SET_PCIDE)).toBe('a|0 - - -');
  });

  it('PCIDE 1->0 in v6.12 keeps the cached roots that are in sync', () => {
    expect(roots('v6.12', SET_PCIDE, noflush('b|1'), noflush('a'), movCr4({ pcide: false }))).toBe(
      'a|0 b|1 - -',
    );
  });

  it('PCIDE 1->0 in the patch frees all of them', () => {
    expect(roots('patch', SET_PCIDE, noflush('b|1'), noflush('a'), movCr4({ pcide: false }))).toBe(
      'a|0 - - -',
    );
  });

  it.each([
    ['v5.14', 'a|0 - - -'],
    ['patch', 'a|0 - - -'],
    ['v5.16', 'a|0 b|1 - -'],
    ['v6.12', 'a|0 b|1 - -'],
  ] as const)('a PGE toggle in %s leaves %s', (kernel, expected) => {
    expect(roots(kernel, SET_PCIDE, noflush('b|1'), noflush('a'), movCr4({ pge: true }))).toBe(expected);
  });

  it.each(['v5.14', 'patch', 'v6.12'] as const)('SMEP in %s frees all of them', (kernel) => {
    expect(roots(kernel, SET_PCIDE, noflush('b|1'), noflush('a'), movCr4({ smep: true }))).toBe('a|0 - - -');
  });
});

describe('SMEP', () => {
  it('with WP=1 finds the same shadow page again', () => {
    expect(scene({}, movCr4({ smep: true })).vcpu.mmu.root?.page).toBe('a@wp');
  });

  it('with WP=0 changes the role', () => {
    expect(scene({}, movCr0(false), movCr4({ smep: true })).vcpu.mmu.root?.page).toBe('a@nowp-smep');
  });
});

it('entries of PCID 0 may live on through PCIDE 0->1 in the guest TLB', () => {
  const here = scene({ contract: 'sdm' }, writePte('a:u0', 'f2'), SET_PCIDE);
  expect(inUse(here.vcpu).guest.map(({ frame }) => frame)).toEqual(['f1', 'f2']);
});
