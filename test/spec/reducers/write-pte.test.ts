import { describe, expect, it } from 'vitest';
import type { Event, WritePte } from '../../../spec/events/event.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import { access, emulated, inUse, invlpg, logDirty, movCr3, scene, shadowOf, writePte } from '../helpers.ts';

describe('a store to a level-1 entry', () => {
  it('changes the guest entry and sees nothing', () => {
    const here = scene();
    expect(here.run(writePte('b:u0', 'f2'))).toEqual({ outcome: 'ok', requests: [], sees: [] });
    expect(here.machine.memory['b.u']?.entries).toEqual(['f2']);
  });

  it('may clear the entry', () => {
    const here = scene({}, writePte('a:u0', null));
    expect(here.machine.memory['a.u']?.entries).toEqual([null]);
  });

  it('goes to the index of its page', () => {
    const here = scene({ bounds: { userPages: 2 } }, writePte('a:u1', 'f2'));
    expect(here.machine.memory['a.u']?.entries).toEqual(['f1', 'f2']);
  });

  it('of a shared table is a store for both spaces', () => {
    const here = scene({ layout: 'shared' }, writePte('b:u0', 'f2'));
    expect(here.machine.memory.s?.entries).toEqual(['f2', 'f1']);
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });

  it('drops nothing from either TLB', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    expect(inUse(here.vcpu).guest).toHaveLength(2);
    expect(inUse(here.vcpu).hardware).toEqual([{ pcid: 0, page: 'u0', frame: 'f1' }]);
  });

  it('that is emulated takes effect at once', () => {
    const here = scene({}, access('u0'), emulated(writePte('a:u0', 'f2')));
    expect(shadowOf(here, 'a.u@wp').entries).toEqual([null]);
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });
});

describe('a store through a page that maps its table', () => {
  const STORES = { layout: 'stores' } as const;
  const cached = (event: WritePte) => ({ ...event, cached: true as const });
  const elsewhere = writePte('a:k0', 'f1');
  const other = (event: WritePte) => ({ ...event, cpu: 1 });

  it('is made through an SPTE, from which every TLB may take in that it may be stored to', () => {
    const here = scene(STORES, access('u0'), writePte('a:u0', 'f2'));
    expect(shadowOf(here, 'k@wp').entries).toEqual(['s']);
    expect(here.machine.writable).toMatchObject({ s: true });
    expect(here.machine.vcpus.map(({ mayStore }) => mayStore.s)).toEqual([true, true]);
  });

  it('may be made without an exit once a read has mapped the table: it goes unsync by that', () => {
    const here = scene(STORES, access('u0'), access('k0'));
    expect(shadowOf(here, 's@wp').unsync).toBe(true);
    expect(here.machine.writable).toMatchObject({ s: true });
    here.run(writePte('a:u0', 'f2'));
    expect(here.machine.work.exits).toBe(0);
  });

  it('may be made once v6.1 has read the entry anew for INVLPG, unless the table is synced', () => {
    const remapped = (...between: Event[]) => {
      const here = scene({ ...STORES, kernel: 'v6.1' }, access('u0'), access('k0'), elsewhere, ...between);
      here.run(writePte('a:k0', 's'), invlpg('k0'));
      expect(shadowOf(here, 'k@wp').entries).toEqual(['s']);
      return [shadowOf(here, 's@wp').unsync, here.machine.writable.s];
    };
    expect(remapped()).toEqual([true, true]);
    expect(remapped(movCr3('a'))).toEqual([false, false]);
  });

  it('goes elsewhere without an exit where SPTEs still map another page', () => {
    const here = scene(
      STORES,
      access('u0'),
      elsewhere,
      access('k0'),
      writePte('a:k0', 's'),
      writePte('a:u0', 'f2'),
    );
    expect(here.machine.work.exits).toBe(0);
    expect(here.machine.memory.s?.entries).toEqual(['f1']);
  });

  it('is not made where the guest maps something else there', () => {
    const here = scene(STORES, elsewhere, writePte('a:u0', 'f2'));
    expect(here.machine.memory.s?.entries).toEqual(['f1']);
    expect(here.machine.writable).toMatchObject({ s: false });
  });

  it('goes on through an SPTE that the guest has changed since, until it is synced', () => {
    const here = scene(STORES, access('u0'), writePte('a:u0', 'f2'), elsewhere, writePte('a:u0', 'f1'));
    expect(here.machine.memory.s?.entries).toEqual(['f1']);
    here.run(movCr3('a'), writePte('a:u0', 'f2'));
    expect(here.machine.memory.s?.entries).toEqual(['f1']);
    expect(here.machine.writable).toMatchObject({ s: false });
  });

  it('goes through the hardware TLB without an exit as long as that may hold the mapping', () => {
    const here = scene({ ...STORES, kernel: { base: 'v6.12', dirtyLog: 'flushes-late' } });
    here.run(writePte('a:u0', 'f1'), logDirty, access('u0'));
    expect(here.machine.writable).toMatchObject({ s: false });
    here.run(other(cached(writePte('a:u0', 'f2'))));
    expect(here.machine.memory.s?.entries).toEqual(['f2']);
    expect(here.machine.work.exits).toBe(0);
    expect(shadowOf(here, 's@wp')).toMatchObject({ unsync: false, entries: ['f1'] });
    here.run({ ...invlpg('k0'), cpu: 1 }, other(cached(writePte('a:u0', 'f1'))));
    expect(shadowOf(here, 's@wp').unsync).toBe(true);
    expect(here.machine.vcpus.map(({ mayStore }) => mayStore.s)).toEqual([true, true]);
  });

  it('finds no more in any TLB once a sync has dropped the last SPTE and flushed', () => {
    const dropped = (kernel: KernelName) => {
      const here = scene({ ...STORES, kernel }, writePte('a:u0', 'f1'), elsewhere, movCr3('b'), access('k0'));
      expect(here.machine.writable).toMatchObject({ s: false });
      return here.machine.vcpus.map(({ mayStore }) => mayStore.s);
    };
    expect(dropped('v5.14')).toEqual([false, true]);
    expect(dropped('v6.12')).toEqual([false, false]);
  });
});
