import { describe, expect, it } from 'vitest';
import {
  access,
  cpuOf,
  emulated,
  movCr0,
  movCr3,
  scene,
  shadowOf,
  writePte,
  writeUserDir,
} from '../helpers.ts';

describe('a store to a page table', () => {
  it('without a shadow is plain memory', () => {
    const here = scene();
    const { shadow } = structuredClone(here.machine);
    expect(here.exit(writePte('b:u0', 'f2')).requests).toEqual([]);
    expect(here.machine.memory['b.u']?.entries).toEqual(['f2']);
    expect(here.machine.shadow).toEqual(shadow);
  });

  it('makes its shadow unsync and the page writable, and leaves the entry as it was', () => {
    const here = scene({}, access('u0'));
    expect(here.exit(writePte('a:u0', 'f2')).requests).toEqual([]);
    expect(here.machine.memory['a.u']?.entries).toEqual(['f2']);
    expect(here.machine.writable['a.u']).toBe(true);
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: ['f1'] });
  });

  it('makes its shadows of all roles unsync together', () => {
    const here = scene({ layout: 'roles' }, access('u0'), movCr0(false), access('u0'));
    here.exit(writePte('a:u0', 'f2'));
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(true);
    expect(shadowOf(here, 'a.u@nowp').unsync).toBe(true);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([true]);
    expect(shadowOf(here, 'a@nowp').unsyncChildren).toEqual([true]);
  });

  it('that is unsync already is no exit at all', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const { shadow } = structuredClone(here.machine);
    expect(here.exit(writePte('a:u0', 'f1')).requests).toEqual([]);
    expect(here.machine.shadow).toEqual(shadow);
  });
});

describe('an emulated store', () => {
  it('zaps the entry at once, flushes every vCPU and leaves the page in sync', () => {
    const here = scene({}, access('u0'));
    expect(here.exit(emulated(writePte('a:u0', 'f2'))).requests).toEqual(['TLB_FLUSH']);
    expect(here.machine.memory['a.u']?.entries).toEqual(['f2']);
    expect(here.machine.writable['a.u']).toBe(false);
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: false, entries: [null] });
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false]);
  });

  it('to a page that is unsync zaps the entry too, and the page stays unsync', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    here.exit(emulated(writePte('a:u0', 'f1')));
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: [null] });
  });
});

describe('a store to an upper page', () => {
  it('that has a shadow exits: the entry is zapped at once and every vCPU flushed', () => {
    const here = scene({ layout: 'deep', bounds: { vcpus: 2 } }, access('u0'));
    expect(here.exit(writeUserDir('a', 'b.u')).requests).toEqual(['TLB_FLUSH']);
    expect(shadowOf(here, 'a.u.dir@wp')).toMatchObject({ unsync: false, entries: [null] });
    expect(here.machine.memory['a.u.dir']?.entries).toEqual(['b.u']);
    expect(here.machine.writable['a.u.dir']).toBe(false);
    expect(cpuOf(here.machine, 1).mmu.requests).toEqual(['TLB_FLUSH']);
  });

  it('is seen by the next access without a flush by the guest', () => {
    const here = scene({ layout: 'deep' }, access('u0'), writePte('b:u0', 'f2'), writeUserDir('a', 'b.u'));
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });

  it('without a shadow is plain memory', () => {
    const here = scene({ layout: 'deep' }, access('u0'));
    const { shadow } = structuredClone(here.machine);
    expect(here.exit(writeUserDir('b', null)).requests).toEqual([]);
    expect(here.machine.memory['b.u.dir']?.entries).toEqual([null]);
    expect(here.machine.shadow).toEqual(shadow);
  });

  it('is write-protected again when it is shadowed', () => {
    const here = scene({ layout: 'deep' }, writeUserDir('b', 'b.u'));
    expect(here.machine.writable['b.u.dir']).toBe(true);
    here.run(movCr3('b'), access('u0'));
    expect(here.machine.writable['b.u.dir']).toBe(false);
  });
});
