import { describe, expect, it } from 'vitest';
import { pageFault } from '../../../spec/kvm/fetch.ts';
import {
  access,
  type KernelSetting,
  movCr0,
  movCr3,
  type Scene,
  scene,
  shadowOf,
  writePte,
  writeUserDir,
} from '../helpers.ts';

describe('a fault', () => {
  it('builds every level from the root down, in the role of the root', () => {
    const here = scene({ layout: 'deep', bounds: { kernelPages: 1 } }, movCr0(false));
    pageFault(here, 'u0');
    expect(shadowOf(here, 'a@nowp').entries).toEqual(['a.u.dir@nowp', null]);
    expect(shadowOf(here, 'a.u.dir@nowp').entries).toEqual(['a.u@nowp']);
    expect(shadowOf(here, 'a.u@nowp').entries).toEqual(['f1']);
    expect(here.vcpu.mmu.requests).toEqual([]);
  });

  it('on what the guest does not map changes nothing', () => {
    const here = scene({}, writePte('a:u0', null));
    const before = structuredClone(here.machine);
    pageFault(here, 'u0');
    expect(here.machine).toEqual(before);
  });

  it('on a directory that the guest cleared changes nothing', () => {
    const here = scene({ layout: 'deep', bounds: { kernelPages: 1 } }, writeUserDir('a', null));
    const before = structuredClone(here.machine);
    pageFault(here, 'u0');
    expect(here.machine).toEqual(before);
  });

  it('takes the entry as it is now in a page that is unsync, and leaves the page so', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const sp = shadowOf(here, 'a.u@wp');
    sp.entries[0] = null;
    pageFault(here, 'u0');
    expect(sp).toMatchObject({ unsync: true, entries: ['f2'] });
  });

  it('clears the write flooding count of every page that it walks', () => {
    const here = scene({ layout: 'deep', bounds: { kernelPages: 1 } }, access('u0'));
    for (const id of ['a@wp', 'a.u.dir@wp']) shadowOf(here, id).writeFloodingCount = 2;
    shadowOf(here, 'a.u@wp').entries[0] = null;
    pageFault(here, 'u0');
    for (const id of ['a@wp', 'a.u.dir@wp']) expect(shadowOf(here, id).writeFloodingCount).toBe(0);
  });

  it('does not sync what an entry that is linked already leads to', () => {
    const here = scene({ bounds: { userPages: 2 } }, access('u0'), writePte('a:u0', 'f2'));
    pageFault(here, 'u1');
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: ['f1', 'f1'] });
  });
});

describe('linking a directory with unsync children', () => {
  /**
   * The directory a.u.dir leads to u0 and u1; u1 has changed since. Space b is given the directory and is
   * current.
   */
  function linkable(kernel: KernelSetting): Scene {
    return scene(
      { kernel, layout: 'deep', bounds: { userPages: 2 } },
      access('u0'),
      access('u1'),
      writePte('a:u1', 'f2'),
      movCr3('b'),
      writeUserDir('b', 'a.u.dir'),
    );
  }

  it('v5.14 links it at once and raises MMU_SYNC', () => {
    const here = linkable('v5.14');
    pageFault(here, 'u0');
    expect(here.vcpu.mmu.requests).toEqual(['MMU_SYNC']);
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: ['f1', 'f1'] });
    expect(shadowOf(here, 'b@wp').unsyncChildren[0]).toBe(true);
  });

  it('v6.12 syncs first, with a flush of every vCPU', () => {
    const here = linkable('v6.12');
    pageFault(here, 'u0');
    expect(here.vcpu.mmu.requests).toEqual(['TLB_FLUSH']);
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: false, entries: ['f1', null] });
    expect(shadowOf(here, 'b@wp').unsyncChildren[0]).toBe(false);
    expect(here.machine.writable['a.u']).toBe(false);
  });

  it('v6.12 leaves the mark on the other root', () => {
    const here = linkable('v6.12');
    pageFault(here, 'u0');
    expect(shadowOf(here, 'a.u.dir@wp').unsyncChildren).toEqual([false]);
    expect(shadowOf(here, 'a@wp').unsyncChildren[0]).toBe(true);
  });

  it.each(['v5.14', 'v6.12'] as const)('in %s the guest sees the new translation after it', (kernel) => {
    const here = linkable(kernel);
    here.run(access('u0'));
    expect(here.run(access('u1')).sees).toEqual(['f2']);
  });
});

it('linking a page table that is unsync marks every level above it', () => {
  const here = scene(
    { layout: 'deep', bounds: { kernelPages: 1 } },
    access('u0'),
    writePte('a:u0', 'f2'),
    movCr3('b'),
    writeUserDir('b', 'a.u'),
  );
  pageFault(here, 'u0');
  expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: ['f2'] });
  expect(shadowOf(here, 'b.u.dir@wp').unsyncChildren).toEqual([true]);
  expect(shadowOf(here, 'b@wp').unsyncChildren).toEqual([true, false]);
});
