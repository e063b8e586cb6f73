import { describe, expect, it } from 'vitest';
import type { WriteDir } from '../../../spec/events/event.ts';
import { trackWrite } from '../../../spec/kvm/track-write.ts';
import {
  access,
  emulated,
  movCr0,
  movCr3,
  rootsOf,
  scene,
  shadowOf,
  writePte,
  writeUserDir,
} from '../helpers.ts';

/** Space b with a shadowed directory and kernel table, cached; space a current. */
const cachedDirectory = () =>
  scene({ layout: 'deep', bounds: { kernelPages: 1 } }, movCr3('b'), access('u0'), access('k0'), movCr3('a'));

describe('a tracked write', () => {
  it('zaps the written entry in every role', () => {
    const here = scene({ layout: 'roles' }, access('u0'), movCr0(false), access('u0'));
    trackWrite(here, 'a.u', 0);
    expect(shadowOf(here, 'a.u@wp').entries).toEqual([null]);
    expect(shadowOf(here, 'a.u@nowp').entries).toEqual([null]);
  });

  it('leaves the other entries', () => {
    const here = scene({ bounds: { userPages: 2 } }, access('u0'), access('u1'));
    trackWrite(here, 'a.u', 1);
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1', null]);
  });

  it('flushes only if something present was zapped', () => {
    const here = scene({ bounds: { userPages: 2 } }, access('u0'));
    trackWrite(here, 'a.u', 1);
    expect(here.vcpu.mmu.requests).toEqual([]);
  });
});

describe('write flooding', () => {
  it('the third store to a directory zaps its shadow', () => {
    const here = cachedDirectory();
    here.run(writeUserDir('b', 'a.u'), writeUserDir('b', 'b.u'));
    expect(shadowOf(here, 'b.u.dir@wp').writeFloodingCount).toBe(2);
    here.run(writeUserDir('b', 'a.u'));
    expect(here.machine.shadow['b.u.dir@wp']).toBeUndefined();
    expect(shadowOf(here, 'b@wp').entries[0]).toBeNull();
  });

  it('that frees a page flushes every vCPU', () => {
    const here = cachedDirectory();
    here.run(writeUserDir('b', 'a.u'), writeUserDir('b', 'b.u'));
    expect(here.exit(writeUserDir('b', 'a.u')).requests).toEqual(['TLB_FLUSH']);
  });

  it('flushes unless the kernel leaves that out: the page below was unsync, so no SPTE tells of what hardware holds', () => {
    const floods = Array.from({ length: 3 }, () => writeUserDir('a', 'a.u'));
    const [, , third] = floods as [WriteDir, WriteDir, WriteDir];
    for (const [zappedPage, requests] of [
      ['flush-remote', ['TLB_FLUSH']],
      ['nothing', []],
    ] as const) {
      const here = scene({ layout: 'flood', kernel: { base: 'v6.12', zappedPage } }, access('u1'));
      here.run(writePte('a:u1', 'f1'), ...floods.slice(1));
      expect(shadowOf(here, 'a.u.1@wp')).toMatchObject({ unsync: true, entries: ['a.u'] });
      expect(here.exit(third).requests).toEqual(requests);
      expect(here.machine.shadow['a.u.1@wp']).toBeUndefined();
    }
  });

  it('a walk through the directory starts the count again', () => {
    const here = cachedDirectory();
    here.run(writeUserDir('b', 'a.u'), writeUserDir('b', 'b.u'), movCr3('b'), access('u0'), movCr3('a'));
    expect(shadowOf(here, 'b.u.dir@wp').writeFloodingCount).toBe(0);
    here.run(writeUserDir('b', 'a.u'), writeUserDir('b', 'b.u'));
    expect(here.machine.shadow['b.u.dir@wp']).toBeDefined();
  });

  it('never zaps a page table', () => {
    const here = scene({}, access('u0'));
    for (const frame of ['f2', 'f1', 'f2', 'f1']) here.run(emulated(writePte('a:u0', frame)));
    expect(shadowOf(here, 'a.u@wp').writeFloodingCount).toBe(0);
  });

  it('of a cached root makes it obsolete, and asks every vCPU to free such roots', () => {
    const here = cachedDirectory();
    here.run(writeUserDir('b', 'a.u.dir'), writeUserDir('b', 'b.u.dir'));
    expect(here.exit(writeUserDir('b', 'a.u.dir')).requests).toEqual(['MMU_FREE_OBSOLETE_ROOTS']);
    expect(here.vcpu.mmu.prevRoots[0]?.page).toBe('b@wp!');
    here.run(access('u0'));
    expect(rootsOf(here.vcpu)).toBe('a|0 - - -');
    expect(here.machine.shadow['b@wp!']).toBeUndefined();
  });

  it('of a cached root zaps the unsync page tables below it', () => {
    const here = cachedDirectory();
    here.run(writePte('a:k0', 'f2'), writeUserDir('b', 'a.u.dir'), writeUserDir('b', 'b.u.dir'));
    expect(shadowOf(here, 'k@wp').unsync).toBe(true);
    expect(here.exit(writeUserDir('b', 'a.u.dir')).requests).toContain('TLB_FLUSH');
    expect(here.machine.shadow['k@wp']).toBeUndefined();
    expect(shadowOf(here, 'k.dir@wp').entries).toEqual([null]);
  });
});
