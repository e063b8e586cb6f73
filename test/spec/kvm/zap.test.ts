import { describe, expect, it } from 'vitest';
import { prepareZapPage, zapAllFast } from '../../../spec/kvm/zap.ts';
import { access, cpuOf, inUse, movCr3, on, rootsOf, scene, shadowOf, writePte, zapAll } from '../helpers.ts';

describe('zapping everything', () => {
  it.each([
    ['v5.14', ['MMU_RELOAD', 'TLB_FLUSH']],
    ['v5.16', ['MMU_RELOAD', 'TLB_FLUSH']],
    ['v5.18', ['MMU_FREE_OBSOLETE_ROOTS', 'TLB_FLUSH']],
    ['v6.12', ['MMU_FREE_OBSOLETE_ROOTS', 'TLB_FLUSH']],
  ] as const)('in %s asks every vCPU for %j', (kernel, requests) => {
    const here = scene({ kernel, layout: 'smp' }, access('u0'));
    zapAllFast(here);
    for (const vcpu of here.machine.vcpus) expect(vcpu.mmu.requests).toEqual(requests);
  });

  it('keeps only the roots, current and cached: empty and obsolete', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'), movCr3('b'), access('u0'));
    zapAllFast(here);
    expect(Object.keys(here.machine.shadow).sort()).toEqual(['a@wp!', 'b@wp!']);
    expect(shadowOf(here, 'a@wp!')).toMatchObject({
      obsolete: true,
      entries: [null],
      unsyncChildren: [false],
    });
    expect([here.vcpu.mmu.root?.page, here.vcpu.mmu.prevRoots[0]?.page]).toEqual(['b@wp!', 'a@wp!']);
    expect(rootsOf(here.vcpu)).toBe('b|0 a|0 - -');
  });

  it('twice before an entry leaves the obsolete roots as they are', () => {
    const here = scene({}, movCr3('b'));
    here.exit(zapAll);
    const { shadow } = structuredClone(here.machine);
    expect(here.exit(zapAll).requests).toEqual(['MMU_FREE_OBSOLETE_ROOTS']);
    expect(here.machine.shadow).toEqual(shadow);
  });

  it('leaves no cached root behind at the entry, on any vCPU', () => {
    const here = scene({ layout: 'smp' }, movCr3('b'), on(1, movCr3('b')), on(1, access('u0')));
    here.run(zapAll);
    expect(here.machine.vcpus.map(rootsOf)).toEqual(['b|0 - - -', 'b|0 - - -']);
    expect(Object.keys(here.machine.shadow)).toEqual(['b@wp']);
    expect(inUse(cpuOf(here.machine, 1)).hardware).toEqual([]);
  });

  it('takes a role that is not a root away altogether', () => {
    const here = scene({ layout: 'roles' }, access('u0'), { kind: 'mov-cr0', cpu: 0, wp: false });
    here.run(zapAll);
    expect(Object.keys(here.machine.shadow)).toEqual(['a@nowp']);
  });
});

describe('zapping one page', () => {
  it('unlinks it from its parents and frees it', () => {
    const here = scene({ layout: 'kernel' }, access('k0'), movCr3('b'), access('k0'));
    expect(prepareZapPage(here, shadowOf(here, 'k@wp'))).toBe(true);
    expect(here.machine.shadow['k@wp']).toBeUndefined();
    expect(shadowOf(here, 'a@wp').entries[1]).toBeNull();
    expect(shadowOf(here, 'b@wp').entries[1]).toBeNull();
    expect(here.vcpu.mmu.requests).toEqual([]);
  });

  it('that is a root keeps it, obsolete, and asks every vCPU', () => {
    const here = scene({ layout: 'smp' }, access('u0'), movCr3('b'));
    expect(prepareZapPage(here, shadowOf(here, 'a@wp'))).toBe(false);
    for (const vcpu of here.machine.vcpus) expect(vcpu.mmu.requests).toEqual(['MMU_FREE_OBSOLETE_ROOTS']);
    expect(cpuOf(here.machine, 1).mmu.root?.page).toBe('a@wp!');
    expect(here.vcpu.mmu.prevRoots[0]?.page).toBe('a@wp!');
  });

  it('zaps the unsync pages below it, and keeps those in sync', () => {
    const here = scene({ layout: 'kernel' }, access('k0'), access('u0'), writePte('a:u0', 'f2'));
    expect(prepareZapPage(here, shadowOf(here, 'a@wp'))).toBe(true);
    expect(here.machine.shadow['a.u@wp']).toBeUndefined();
    expect(shadowOf(here, 'k@wp')).toMatchObject({ unsync: false, entries: ['f1'] });
  });

  it('finds unsync pages through two levels', () => {
    const here = scene(
      { layout: 'deep', bounds: { kernelPages: 1 } },
      access('k0'),
      access('u0'),
      writePte('a:u0', 'f2'),
    );
    prepareZapPage(here, shadowOf(here, 'a@wp'));
    expect(here.machine.shadow['a.u@wp']).toBeUndefined();
    expect(shadowOf(here, 'a.u.dir@wp').entries).toEqual([null]);
  });
});
