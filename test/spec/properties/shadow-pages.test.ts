import { describe, expect, it } from 'vitest';
import { foundInState } from '../../../spec/properties/judge.ts';
import type { Property } from '../../../spec/properties/property.ts';
import {
  onlyLeavesUnsync,
  syncedPagesAgree,
  syncedPagesWriteProtected,
  unsyncMarkedUpwards,
} from '../../../spec/properties/shadow-pages.ts';
import { access, type Scene, scene, shadowOf, writePte } from '../helpers.ts';

const violation = (property: Property, { world, machine }: Scene) => foundInState(property, world, machine);
const synced = () => scene({ layout: 'deep', bounds: { kernelPages: 1 } }, access('u0'), access('k0'));
const unsync = () =>
  scene({ layout: 'deep', bounds: { kernelPages: 1 } }, access('u0'), access('k0'), writePte('a:k0', 'f2'));

describe('synced-pages-agree', () => {
  it('holds, in sync and unsync', () => {
    expect(violation(syncedPagesAgree, synced())).toBeNull();
    expect(violation(syncedPagesAgree, unsync())).toBeNull();
  });

  it('breaks by a leaf that is not what the guest says', () => {
    const here = synced();
    shadowOf(here, 'a.u@wp').entries[0] = 'f2';
    expect(violation(syncedPagesAgree, here)).toMatch(/a\.u@wp is synced, but entry 0/);
  });

  it('breaks by an upper entry that leads elsewhere', () => {
    const here = synced();
    shadowOf(here, 'a.u.dir@wp').entries[0] = 'k@wp';
    expect(violation(syncedPagesAgree, here)).toMatch(/a\.u\.dir@wp is synced, but entry 0/);
  });

  it('breaks by an entry that the guest has cleared', () => {
    const here = synced();
    const guest = here.machine.memory.k;
    if (guest) guest.entries[0] = null;
    expect(violation(syncedPagesAgree, here)).toMatch(/k@wp is synced, but entry 0/);
  });
});

describe('only-leaves-unsync', () => {
  it('holds', () => {
    expect(violation(onlyLeavesUnsync, unsync())).toBeNull();
  });

  it('breaks by a directory that is unsync', () => {
    const here = unsync();
    shadowOf(here, 'k.dir@wp').unsync = true;
    expect(violation(onlyLeavesUnsync, here)).toMatch(/k\.dir@wp.*level 2.*unsync/);
  });
});

describe('unsync-marked-upwards', () => {
  it('holds', () => {
    expect(violation(unsyncMarkedUpwards, unsync())).toBeNull();
  });

  it.each([
    ['k.dir@wp', 0],
    ['a@wp', 1],
  ] as const)('breaks by %s without the mark on entry %i', (id, index) => {
    const here = unsync();
    shadowOf(here, id).unsyncChildren[index] = false;
    expect(violation(unsyncMarkedUpwards, here)).toContain(
      `${id} leads to an unsync page through entry ${index}`,
    );
  });

  it('allows a mark that leads to nothing unsync', () => {
    const here = synced();
    shadowOf(here, 'a@wp').unsyncChildren[0] = true;
    expect(violation(unsyncMarkedUpwards, here)).toBeNull();
  });
});

describe('synced-pages-write-protected', () => {
  it('holds', () => {
    expect(violation(syncedPagesWriteProtected, unsync())).toBeNull();
  });

  it('breaks by a page that the guest can store to while its shadow is in sync', () => {
    const here = synced();
    here.machine.writable['a.u'] = true;
    expect(violation(syncedPagesWriteProtected, here)).toMatch(/a\.u@wp is synced.*without an exit/);
  });
});
