import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import { noWork, WORK_NAMES, type Work } from '../../../spec/state/work.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import {
  access,
  emulated,
  invlpg,
  invpcidAll,
  invpcidSingle,
  movCr0,
  movCr3,
  movCr4,
  noflush,
  SET_PCIDE,
  type Setting,
  scene,
  worldOf,
  writePte,
  writeUserDir,
  zapAll,
} from '../helpers.ts';

const KERNELS = ['v5.13', 'v5.14', 'patch', 'v6.1', 'v6.12', 'naive'] as const;

/** What the last of some events cost, without the counts of zero. */
function cost(setting: Setting, ...events: readonly Event[]): Partial<Work> {
  const { work } = scene(setting, ...events).machine;
  return Object.fromEntries(WORK_NAMES.filter((name) => work[name] > 0).map((name) => [name, work[name]]));
}

const EXIT = { exits: 1 };

it('a machine at the start has done no work', () => {
  expect(initialMachine(worldOf({})).work).toEqual(noWork());
});

it('work is that of one step', () => {
  expect(cost({}, movCr3('b'), access('u0'), access('u0'))).toEqual({});
});

it('a refused event leaves the work of the step before', () => {
  expect(cost({}, access('u0'), noflush('b'))).toEqual(EXIT);
});

describe('exits', () => {
  it('a read exits only where the shadow tables have no entry', () => {
    expect(cost({}, access('u0'))).toEqual(EXIT);
    expect(cost({}, access('u0'), access('u0'))).toEqual({});
  });

  it('a read that the hardware TLB alone can answer is taken to exit', () => {
    const dropped = [access('u0'), writePte('a:u0', 'f2'), movCr3('a')];
    expect(cost({}, ...dropped, access('u0'))).toEqual(EXIT);
  });

  it('the first store to a table exits, and no later one until KVM protects the table again', () => {
    expect(cost({}, writePte('a:u0', 'f2'))).toEqual(EXIT);
    expect(cost({}, writePte('a:u0', 'f2'), writePte('a:u0', 'f1'))).toEqual({});
    const linked = [access('u0'), writePte('a:u0', 'f2')];
    expect(cost({}, ...linked, writePte('a:u0', 'f1'))).toEqual({});
    expect(cost({}, ...linked, movCr3('a'), writePte('a:u0', 'f1'))).toEqual(EXIT);
  });

  it('every emulated store exits', () => {
    const store = writePte('a:u0', 'f2');
    expect(cost({}, store, emulated(store))).toEqual(EXIT);
  });

  it('every store to a tracked directory exits', () => {
    const deep = { layout: 'deep' } as const;
    expect(cost(deep, access('u0'), writeUserDir('a', 'b.u'))).toMatchObject(EXIT);
    expect(cost(deep, access('u0'), writeUserDir('a', 'b.u'), writeUserDir('a', 'a.u'))).toEqual(EXIT);
  });

  it('a store to a directory without shadows exits once', () => {
    const deep = { layout: 'deep' } as const;
    expect(cost(deep, writeUserDir('b', 'a.u'))).toEqual(EXIT);
    expect(cost(deep, writeUserDir('b', 'a.u'), writeUserDir('b', 'b.u'))).toEqual({});
  });

  it.each([invlpg('u0'), invpcidAll, invpcidSingle(0), movCr0(true), movCr4({}), movCr3('a')])(
    'every privileged instruction exits: %o',
    (event) => expect(cost({}, event)).toMatchObject(EXIT),
  );

  it('what the host does is none', () => {
    expect(cost({ layout: 'smp' }, zapAll)).not.toHaveProperty('exits');
  });
});

describe('roots', () => {
  it('an uncached CR3 value loads a root, which flushes; a cached one is switched to', () => {
    expect(cost({}, movCr3('b'))).toEqual({ exits: 1, rootLoads: 1, hardwareFlushes: 1 });
    expect(cost({}, movCr3('b'), movCr3('a'))).toEqual({ exits: 1, hardwareFlushes: 1 });
  });

  it('v5.14 without PCIDs frees the root that it leaves, and loads one at each switch', () => {
    expect(cost({ kernel: 'v5.14' }, movCr3('b'), movCr3('a'))).toEqual({
      exits: 1,
      rootLoads: 1,
      hardwareFlushes: 1,
      rootsFreed: 1,
    });
  });

  it('a fifth CR3 value evicts the least recently used root', () => {
    const switches = ['b', 'c', 'd', 'e'].map((space) => movCr3(space));
    expect(cost({ bounds: { spaces: 5 } }, ...switches)).toMatchObject({ rootsFreed: 1 });
    expect(cost({ bounds: { spaces: 5 } }, ...switches.slice(0, 3))).not.toHaveProperty('rootsFreed');
  });

  it('an unload frees each valid slot once', () => {
    expect(cost({ layout: 'roles' }, movCr3('b'), movCr0(false))).toEqual({
      exits: 1,
      rootLoads: 1,
      hardwareFlushes: 1,
      rootsFreed: 2,
    });
  });
});

describe('synced pages', () => {
  const stale = [access('u0'), writePte('a:u0', 'f2')];

  it('a flush syncs each unsync page below the root once', () => {
    expect(cost({}, ...stale, movCr3('a'))).toMatchObject({ pagesSynced: 1 });
    expect(cost({}, ...stale, movCr3('a'), movCr3('a'))).not.toHaveProperty('pagesSynced');
  });

  it('a page that is found unsync counts, though it stays so', () => {
    const shared = { layout: 'shared' } as const;
    expect(cost(shared, ...stale, movCr3('b'), access('u0'))).toMatchObject({ pagesSynced: 1 });
  });

  it('INVLPG refreshes one entry, which is no sync', () => {
    expect(cost({}, ...stale, invlpg('u0'))).toEqual({ exits: 1, remoteFlushes: 1, hardwareFlushes: 1 });
  });
});

describe('flushes', () => {
  it.each(KERNELS)('a load flushes the hardware once: %s', (kernel) => {
    expect(cost({ kernel }, movCr3('b'))).toMatchObject({ hardwareFlushes: 1 });
  });

  it('NOFLUSH to a cached root flushes nothing', () => {
    expect(cost({}, SET_PCIDE, movCr3('b|1'), movCr3('a'), noflush('b|1'))).toEqual(EXIT);
  });

  it('TLB_FLUSH takes the place of a pending TLB_FLUSH_CURRENT', () => {
    const synced = [access('u0'), writePte('a:u0', 'f2'), movCr3('a')];
    expect(cost({ kernel: 'v5.13' }, ...synced)).toEqual({
      exits: 1,
      pagesSynced: 1,
      hardwareFlushes: 1,
      remoteFlushes: 1,
    });
  });

  it('protecting a page and dropping its entry are one remote flush', () => {
    const stale = [access('u0'), writePte('a:u0', 'f2')];
    expect(cost({}, ...stale, movCr3('a'))).toMatchObject({ remoteFlushes: 1 });
  });

  it('a remote flush that one vCPU has served is asked for again', () => {
    // One vCPU frees the zapped root before it has served the flush that the zap asked for; of two, the
    // first has served it and runs on when the second frees the root.
    expect(cost({ layout: 'deep' }, access('u0'), zapAll)).toMatchObject({ remoteFlushes: 1, rootsFreed: 1 });
    expect(cost({ layout: 'smp' }, access('u0'), zapAll)).toMatchObject({ remoteFlushes: 2, rootsFreed: 2 });
  });
});
