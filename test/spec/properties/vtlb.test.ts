import { describe, expect, it } from 'vitest';
import {
  cachedRoots,
  contexts,
  describeStale,
  isAllowed,
  staleTranslations,
  type Translation,
  translationsOf,
} from '../../../spec/properties/vtlb.ts';
import { EMPTY_TLB } from '../../../spec/state/tlb.ts';
import { access, invpcidSingle, movCr3, noflush, SET_PCIDE, scene, shadowOf, writePte } from '../helpers.ts';

const withPcids = () => scene({}, SET_PCIDE, noflush('b|1'), access('u0'), noflush('a'), access('u0'));

describe('the contexts of the vTLB', () => {
  it('with PCIDE=1 are the root and prev_roots', () => {
    expect(contexts(withPcids().vcpu).map(({ holder }) => holder)).toEqual(['root', 'prev_roots[0]']);
  });

  it('with PCIDE=0 are the root alone', () => {
    const { vcpu } = scene({}, movCr3('b'));
    expect(contexts(vcpu).map(({ holder }) => holder)).toEqual(['root']);
    expect(cachedRoots(vcpu).map(({ holder }) => holder)).toEqual(['prev_roots[0]']);
  });

  it('without a root are the cached ones', () => {
    const { vcpu } = withPcids();
    vcpu.root = null;
    expect(contexts(vcpu).map(({ holder }) => holder)).toEqual(['prev_roots[0]']);
  });
});

describe('what a context would use', () => {
  const used = (here = withPcids(), slot = 0) => {
    const context = contexts(here.vcpu)[slot];
    if (context === undefined) throw new Error('no such context');
    return translationsOf(here.world, here.machine, 0, context).map(
      ({ holder, frame }) => `${holder} ${frame}`,
    );
  };

  it('is what its root gives and what the hardware holds under its PCID', () => {
    const here = withPcids();
    expect(used(here)).toEqual(['root f1', 'hardware TLB f1']);
    expect(used(here, 1)).toEqual(['prev_roots[0] f1', 'hardware TLB f1']);
  });

  it('is not what the hardware holds under a PCID that no root has', () => {
    const here = withPcids();
    here.run(writePte('b:u0', 'f2'), invpcidSingle(1));
    expect(here.vcpu.hardwareTlb.some(({ pcid }) => pcid === 1)).toBe(true);
    expect(used(here)).toEqual(['root f1', 'hardware TLB f1']);
    expect(staleTranslations(here.world, here.machine)).toEqual([]);
  });
});

describe('a translation is allowed', () => {
  const here = scene({ contract: 'sdm' }, access('u0'), writePte('a:u0', 'f2'));
  const translation: Translation = {
    cpu: 0,
    holder: 'root',
    pgd: { space: 'a', low: 0 },
    ofOtherMode: false,
    page: 'u0',
    frame: 'f1',
  };

  it('if the guest TLB could hold it', () => {
    expect(isAllowed(here.world, here.machine, translation)).toBe(true);
  });

  it('or a walk of the guest tables gives it', () => {
    here.vcpu.guestTlb = EMPTY_TLB;
    expect(isAllowed(here.world, here.machine, translation)).toBe(false);
    expect(isAllowed(here.world, here.machine, { ...translation, frame: 'f2' })).toBe(true);
  });
});

describe('a stale translation', () => {
  it('of a root is named with its CR3, page and frame', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    here.vcpu.guestTlb = EMPTY_TLB;
    expect(staleTranslations(here.world, here.machine).map(describeStale)).toEqual([
      'cpu 0: root (a|0) still maps u0 to f1',
      'cpu 0: the hardware TLB for a|0 still maps u0 to f1',
    ]);
  });

  it('of a cached root counts with PCIDE=1, and not with PCIDE=0', () => {
    const here = withPcids();
    shadowOf(here, 'b.u@wp').entries[0] = 'f2';
    expect(staleTranslations(here.world, here.machine).map(describeStale)).toEqual([
      'cpu 0: prev_roots[0] (b|1) still maps u0 to f2',
    ]);
    here.vcpu.cr4 = { ...here.vcpu.cr4, pcide: false };
    expect(staleTranslations(here.world, here.machine)).toEqual([]);
  });
});
