import { describe, expect, it } from 'vitest';
import {
  freeCurrentRoot,
  freeObsoleteRoots,
  freePrevRoots,
  freeRootPage,
  isRoot,
  unload,
} from '../../../spec/kvm/roots.ts';
import { prepareZapPage, zapAllFast } from '../../../spec/kvm/zap.ts';
import { access, movCr3, on, rootsOf, scene, shadowOf, writePte } from '../helpers.ts';

const three = () => scene({ bounds: { spaces: 3 } }, movCr3('b'), movCr3('c'));

describe('freeing', () => {
  it('the current root leaves the cached ones', () => {
    const here = three();
    freeCurrentRoot(here);
    expect(rootsOf(here.vcpu)).toBe('- b|0 a|0 -');
  });

  it('a cached root leaves a gap', () => {
    const here = three();
    freePrevRoots(here, ({ pgd }) => pgd.space === 'b');
    expect(rootsOf(here.vcpu)).toBe('c|0 - a|0 -');
  });

  it('all of them, by unload', () => {
    const here = three();
    unload(here);
    expect(rootsOf(here.vcpu)).toBe('- - - -');
  });

  it('keeps the shadow pages in the hash, with what is unsync', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    unload(here);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([true]);
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(true);
  });

  it('is done for the vCPU that acts only', () => {
    const here = scene({ layout: 'smp' });
    unload(here);
    expect(here.machine.vcpus.map(rootsOf)).toEqual(['- - - -', 'a|0 - - -']);
  });
});

describe('freeing obsolete roots', () => {
  it('looks at the current root and at every cached one', () => {
    const here = three();
    zapAllFast(here);
    freeObsoleteRoots(here);
    expect(rootsOf(here.vcpu)).toBe('- - - -');
  });

  it('keeps the roots that are not', () => {
    const here = three();
    prepareZapPage(here, shadowOf(here, 'b@wp'));
    freeObsoleteRoots(here);
    expect(rootsOf(here.vcpu)).toBe('c|0 - a|0 -');
  });
});

describe('a zapped root', () => {
  it('goes when its last slot lets go of it', () => {
    const here = three();
    prepareZapPage(here, shadowOf(here, 'b@wp'));
    expect(Object.keys(here.machine.shadow)).toContain('b@wp!');
    unload(here);
    expect(Object.keys(here.machine.shadow).sort()).toEqual(['a@wp', 'c@wp']);
  });

  it('stays while another vCPU holds it', () => {
    const here = scene({ layout: 'smp' }, movCr3('b'), on(1, movCr3('b')));
    prepareZapPage(here, shadowOf(here, 'b@wp'));
    unload(here);
    expect(isRoot(here.machine, 'b@wp!')).toBe(true);
    expect(here.machine.shadow['b@wp!']).toBeDefined();
  });
});

it('letting go of no root does nothing', () => {
  const here = three();
  const before = structuredClone(here.machine);
  freeRootPage(here, null);
  expect(here.machine).toEqual(before);
});
