import { describe, expect, it } from 'vitest';
import { writeProtect } from '../../../spec/kvm/shadow-page.ts';
import { isUnsyncRoot, syncPage, syncRoots, syncSpte } from '../../../spec/kvm/sync.ts';
import { access, cpuOf, movCr0, movCr3, on, scene, shadowOf, writePte } from '../helpers.ts';

const unsyncUser = () =>
  scene({ bounds: { userPages: 2 } }, access('u0'), access('u1'), writePte('a:u0', 'f2'));

/** The kernel table, below both spaces, unsync; b current, a cached. */
const unsyncKernel = () =>
  scene({ layout: 'kernel' }, access('k0'), movCr3('b'), access('k0'), access('u0'), writePte('b:k0', 'f2'));

describe('a sync of the current root', () => {
  it('write-protects the unsync page and clears its mark', () => {
    const here = unsyncUser();
    syncRoots(here);
    expect(here.machine.writable['a.u']).toBe(false);
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(false);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false]);
  });

  it('drops the entry that changed instead of rewriting it, and keeps the others', () => {
    const here = unsyncUser();
    syncRoots(here);
    expect(shadowOf(here, 'a.u@wp').entries).toEqual([null, 'f1']);
  });

  it('flushes every vCPU if a page was writable, though no entry is dropped', () => {
    const here = scene({ layout: 'smp', kernel: 'v5.14' }, access('u0'), writePte('a:u0', 'f1'));
    syncRoots(here);
    expect(here.machine.vcpus.map(({ mmu }) => mmu.requests)).toEqual([['TLB_FLUSH'], ['TLB_FLUSH']]);
  });

  it('does nothing where nothing is unsync', () => {
    const here = scene({}, access('u0'));
    const before = structuredClone(here.machine);
    syncRoots(here);
    expect(here.machine).toEqual(before);
  });

  it('does nothing without a root', () => {
    const here = unsyncUser();
    here.vcpu.mmu.root = null;
    const before = structuredClone(here.machine);
    syncRoots(here);
    expect(here.machine).toEqual(before);
  });

  it('does not look at cached roots', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'), movCr3('b'));
    syncRoots(here);
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: ['f1'] });
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([true]);
  });

  it('clears every mark on its path through three levels', () => {
    const here = scene(
      { layout: 'deep', bounds: { kernelPages: 1 } },
      access('k0'),
      access('u0'),
      writePte('a:k0', 'f2'),
    );
    syncRoots(here);
    expect(shadowOf(here, 'k.dir@wp').unsyncChildren).toEqual([false]);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, false]);
  });
});

describe('a page below two roots, synced through one', () => {
  it('leaves the mark on the other root', () => {
    const here = unsyncKernel();
    syncRoots(here);
    expect(shadowOf(here, 'k@wp').unsync).toBe(false);
    expect(shadowOf(here, 'b@wp').unsyncChildren).toEqual([false, false]);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, true]);
  });

  it('so that the other still counts as unsync, until its own sync', () => {
    const here = unsyncKernel();
    syncRoots(here);
    expect(isUnsyncRoot(here, shadowOf(here, 'a@wp'))).toBe(true);
    here.run(movCr3('a'));
    expect(isUnsyncRoot(here, shadowOf(here, 'a@wp'))).toBe(false);
  });
});

describe('a sync that drops an entry of a page that is write-protected already', () => {
  it.each([
    ['v5.14', []],
    ['v6.12', ['TLB_FLUSH']],
  ] as const)('in %s asks every vCPU for %j', (kernel, requests) => {
    const here = scene({ layout: 'smp', kernel }, access('u0'), writePte('a:u0', 'f2'));
    writeProtect(here, 'a.u');
    syncRoots(here);
    expect(cpuOf(here.machine, 1).mmu.requests).toEqual(requests);
  });
});

it('a sync that neither protects nor drops anything flushes nothing', () => {
  const here = scene({}, access('u0'), writePte('a:u0', 'f1'));
  writeProtect(here, 'a.u');
  syncRoots(here);
  expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: false, entries: ['f1'] });
  expect(here.vcpu.mmu.requests).toEqual([]);
});

describe('one entry', () => {
  it('that disagrees is dropped', () => {
    const here = unsyncUser();
    expect(syncSpte(here, shadowOf(here, 'a.u@wp'), 0)).toBe(true);
    expect(shadowOf(here, 'a.u@wp').entries).toEqual([null, 'f1']);
  });

  it('whose guest entry is not present is dropped', () => {
    const here = scene({}, access('u0'), writePte('a:u0', null));
    expect(syncSpte(here, shadowOf(here, 'a.u@wp'), 0)).toBe(true);
    expect(shadowOf(here, 'a.u@wp').entries).toEqual([null]);
  });

  it('that agrees is kept', () => {
    const here = unsyncUser();
    expect(syncSpte(here, shadowOf(here, 'a.u@wp'), 1)).toBe(false);
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1', 'f1']);
  });

  it('that is not present stays so', () => {
    const here = scene({ bounds: { userPages: 2 } }, access('u0'));
    expect(syncSpte(here, shadowOf(here, 'a.u@wp'), 1)).toBe(false);
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1', null]);
  });
});

it('a page is synced entry by entry, and stays unsync until its marks are cleared', () => {
  const here = unsyncUser();
  expect(syncPage(here, shadowOf(here, 'a.u@wp'))).toBe(true);
  expect(syncPage(here, shadowOf(here, 'a.u@wp'))).toBe(false);
  expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: [null, 'f1'] });
});

it('what another vCPU syncs is synced for all', () => {
  const here = scene(
    { layout: 'smp' },
    access('u0'),
    on(1, access('u0')),
    writePte('a:u0', 'f2'),
    on(1, movCr3('a')),
  );
  expect(shadowOf(here, 'a.u@wp').unsync).toBe(false);
  expect(here.run(access('u0')).sees).toEqual(['f2']);
});

it('a sync through one role leaves the page unsync in the other', () => {
  const here = scene({ layout: 'roles' }, access('u0'), movCr0(false), access('u0'), writePte('a:u0', 'f2'));
  syncRoots(here);
  expect(shadowOf(here, 'a.u@nowp').unsync).toBe(false);
  expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: ['f1'] });
  expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([true]);
});
