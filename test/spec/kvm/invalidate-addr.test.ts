import { describe, expect, it } from 'vitest';
import { invlpg, invpcidGva } from '../../../spec/kvm/invalidate-addr.ts';
import {
  access,
  inUse,
  type KernelSetting,
  movCr3,
  noflush,
  type Scene,
  SET_PCIDE,
  scene,
  shadowOf,
  writePte,
} from '../helpers.ts';

const BOTH_WAYS = ['sync', 'zap-and-refetch'] as const;
const kernelWith = (how: (typeof BOTH_WAYS)[number]): KernelSetting => ({ base: 'v6.12', invlpg: how });

/** Roots a|0 (current) and b|1, u0 changed below both, nothing synced since. */
function changed(how: (typeof BOTH_WAYS)[number], frame = 'f2'): Scene {
  return scene(
    { kernel: kernelWith(how) },
    SET_PCIDE,
    noflush('b|1'),
    access('u0'),
    noflush('a'),
    access('u0'),
    writePte('a:u0', frame),
    writePte('b:u0', frame),
  );
}

const leaves = (here: Scene) => [shadowOf(here, 'a.u@wp').entries[0], shadowOf(here, 'b.u@wp').entries[0]];

describe('INVLPG', () => {
  it('by sync drops the entry that changed in the current and in every cached root', () => {
    const here = changed('sync');
    invlpg(here, 'u0');
    expect(leaves(here)).toEqual([null, null]);
    expect(here.vcpu.mmu.requests).toEqual(['TLB_FLUSH']);
  });

  it('by zap and refetch reads the guest entry anew in all of them', () => {
    const here = changed('zap-and-refetch');
    invlpg(here, 'u0');
    expect(leaves(here)).toEqual(['f2', 'f2']);
    expect(here.vcpu.mmu.requests).toEqual(['TLB_FLUSH']);
  });

  it.each([
    ['sync', []],
    ['zap-and-refetch', ['TLB_FLUSH']],
  ] as const)('by %s of an entry that agrees keeps it and raises %j', (how, requests) => {
    const here = changed(how, 'f1');
    invlpg(here, 'u0');
    expect(leaves(here)).toEqual(['f1', 'f1']);
    expect(here.vcpu.mmu.requests).toEqual(requests);
  });

  it.each([
    ['sync', null],
    ['zap-and-refetch', 'f2'],
  ] as const)('by %s of an entry that is not present makes it %s and raises nothing', (how, entry) => {
    const here = changed(how);
    for (const id of ['a.u@wp', 'b.u@wp']) shadowOf(here, id).entries[0] = null;
    invlpg(here, 'u0');
    expect(leaves(here)).toEqual([entry, entry]);
    expect(here.vcpu.mmu.requests).toEqual([]);
  });

  it.each(BOTH_WAYS)('by %s leaves the page unsync, marked and writable', (how) => {
    const here = changed(how);
    invlpg(here, 'u0');
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(true);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([true]);
    expect(here.machine.writable['a.u']).toBe(true);
  });

  it.each(BOTH_WAYS)('by %s leaves other entries of the page as they are', (how) => {
    const here = scene(
      { kernel: kernelWith(how), bounds: { userPages: 2 } },
      access('u0'),
      access('u1'),
      writePte('a:u1', 'f2'),
    );
    invlpg(here, 'u0');
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1', 'f1']);
  });

  it.each(BOTH_WAYS)('by %s does not touch a page that is in sync', (how) => {
    const here = scene({ kernel: kernelWith(how) }, access('u0'));
    invlpg(here, 'u0');
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1']);
    expect(here.vcpu.mmu.requests).toEqual([]);
  });

  it('flushes the page from the hardware TLB under every PCID', () => {
    const here = changed('sync');
    expect(inUse(here.vcpu).hardware).toHaveLength(2);
    invlpg(here, 'u0');
    expect(inUse(here.vcpu).hardware).toEqual([]);
  });

  it('does not reach a root that is not cached', () => {
    const here = scene({ bounds: { cachedRoots: 0 } }, access('u0'), writePte('a:u0', 'f2'), movCr3('b'));
    invlpg(here, 'u0');
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1']);
  });

  it('walks three levels down', () => {
    const here = scene({ layout: 'deep' }, access('u0'), writePte('a:u0', 'f2'));
    invlpg(here, 'u0');
    expect(shadowOf(here, 'a.u@wp').entries).toEqual([null]);
  });

  it('stops where nothing below is marked unsync', () => {
    const here = scene({ layout: 'deep' }, access('u0'), writePte('a:u0', 'f2'));
    shadowOf(here, 'a.u.dir@wp').unsyncChildren[0] = false;
    invlpg(here, 'u0');
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1']);
  });
});

describe('INVPCID address', () => {
  it.each([
    [0, [null, 'f1']],
    [1, ['f1', null]],
  ] as const)('of PCID %i reaches the roots of that PCID only', (pcid, entries) => {
    const here = changed('sync');
    invpcidGva(here, 'u0', pcid);
    expect(leaves(here)).toEqual(entries);
  });

  it('flushes the page from the hardware TLB under every PCID', () => {
    const here = changed('sync');
    invpcidGva(here, 'u0', 1);
    expect(inUse(here.vcpu).hardware).toEqual([]);
  });

  it('of a PCID without a root does nothing at all', () => {
    const here = changed('sync');
    const before = structuredClone(here.machine);
    invpcidGva(here, 'u0', 2);
    expect(here.machine).toEqual(before);
  });

  it('with PCIDE=0 reaches every root: all have PCID 0', () => {
    const here = scene(
      {},
      access('u0'),
      movCr3('b|24'),
      access('u0'),
      writePte('a:u0', 'f2'),
      writePte('b:u0', 'f2'),
    );
    invpcidGva(here, 'u0', 0);
    expect(leaves(here)).toEqual([null, null]);
  });
});
