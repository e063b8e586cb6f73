import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { foundInState } from '../../../spec/properties/judge.ts';
import { staleTranslations } from '../../../spec/properties/vtlb.ts';
import { access, inUse, movCr3, type Scene, scene, shadowOf, writeUserDir } from '../helpers.ts';

/** Space a has read through its window; then b's entry, behind it, was stored to. */
function unsyncTable(unsyncAtUpper: Kernel['unsyncAtUpper']): Scene {
  const kernel = { base: 'v6.12', unsyncAtUpper } as const;
  return scene({ kernel, layout: 'window' }, access('w0'), writeUserDir('b', 'a.u'));
}

const broken = ({ world, machine }: Scene) =>
  ALWAYS.filter((property) => foundInState(property, world, machine) !== null).map(({ name }) => name);

describe('a page behind a window', () => {
  it('is shadowed as a page table, apart from its shadow as a top page', () => {
    const here = scene({ layout: 'window' }, access('w0'), movCr3('b'));
    expect(shadowOf(here, 'a@wp').entries).toEqual([null, 'b@wp/1']);
    expect(shadowOf(here, 'b@wp/1')).toMatchObject({ page: 'b', level: 1, entries: ['b.u', null] });
    expect(shadowOf(here, 'b@wp')).toMatchObject({ page: 'b', level: 2, entries: [null, null] });
    expect(here.vcpu.mmu.root?.page).toBe('b@wp');
  });

  it('goes unsync while it is nothing but a page table', () => {
    const here = unsyncTable('zap');
    expect(shadowOf(here, 'b@wp/1')).toMatchObject({ unsync: true, entries: ['b.u', null] });
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, true]);
    expect(here.machine.writable.b).toBe(true);
  });

  it('is write-tracked once it is a top page too: a store zaps the entry in both shadows', () => {
    const here = scene({ layout: 'window' }, access('w0'), movCr3('b'), access('u0'));
    here.run(writeUserDir('b', 'a.u'));
    expect(shadowOf(here, 'b@wp/1')).toMatchObject({ unsync: false, entries: [null, null] });
    expect(shadowOf(here, 'b@wp').entries).toEqual([null, null]);
    expect(here.machine.writable.b).toBe(false);
  });
});

describe('an unsync table that becomes a top page', () => {
  it('is zapped', () => {
    const here = unsyncTable('zap');
    here.run(movCr3('b'));
    expect(here.machine.shadow['b@wp/1']).toBeUndefined();
    expect(shadowOf(here, 'a@wp').entries[1]).toBeNull();
    expect(here.machine.writable.b).toBe(false);
  });

  it('was synced up to v5.13', () => {
    const here = unsyncTable('sync');
    here.run(movCr3('b'));
    expect(shadowOf(here, 'b@wp/1')).toMatchObject({ unsync: false, entries: [null, null] });
    expect(here.machine.writable.b).toBe(false);
  });

  it('may stay unsync: the page is write-protected, and the next flush in a syncs it', () => {
    const here = unsyncTable('keep-unsync');
    here.run(movCr3('b'));
    expect(shadowOf(here, 'b@wp/1').unsync).toBe(true);
    expect(here.machine.writable.b).toBe(false);
    expect(broken(here)).toEqual([]);
    here.run(movCr3('a'));
    expect(shadowOf(here, 'b@wp/1')).toMatchObject({ unsync: false, entries: [null, null] });
  });

  it('must not stay writable: no exit tells of a store, and no sync looks for it', () => {
    const here = unsyncTable('keep-writable');
    here.run(movCr3('b'), access('u0'));
    expect(broken(here)).toEqual(['synced-pages-write-protected']);
    here.run(writeUserDir('b', null));
    expect(here.machine.work.exits).toBe(0);
    here.run(movCr3('b'));
    expect(staleTranslations(here.world, here.machine)).toMatchObject([
      { holder: 'root', page: 'u0', frame: 'f1' },
    ]);
    expect(inUse(here.vcpu).hardware).toContainEqual({ pcid: 0, page: 'u0', frame: 'f1' });
  });
});
