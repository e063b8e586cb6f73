import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import { foundInState } from '../../../spec/properties/judge.ts';
import { noObsoleteRootAtEntry } from '../../../spec/properties/roots.ts';
import { access, inUse, scene } from '../helpers.ts';

const zapDuring = (during: 'fault' | 'page-ready'): Event => ({
  kind: 'zap-during',
  cpu: 0,
  during,
  page: 'u0',
});
const RACES = { layout: 'races' } as const;

describe('a zap of everything in a page fault', () => {
  it('leaves the read to be tried again', () => {
    const here = scene(RACES, zapDuring('fault'));
    expect(Object.keys(here.machine.shadow)).toEqual(['a@wp']);
    expect(inUse(here.vcpu).hardware).toEqual([]);
    expect(here.machine.work.exits).toBe(1);
  });

  it('is a plain one where the read does not miss', () => {
    const here = scene(RACES, access('u0'), zapDuring('fault'));
    expect(here.machine.work.exits).toBe(0);
  });

  it('leaves valid pages behind up to v5.15', () => {
    const here = scene({ ...RACES, kernel: 'v5.14' }, zapDuring('fault'));
    expect(Object.keys(here.machine.shadow).sort()).toEqual(['a.u@wp', 'a@wp']);
    expect(foundInState(noObsoleteRootAtEntry, here.world, here.machine)).toBeNull();
  });

  it('leaves an obsolete page behind if the fault goes on and children inherit that', () => {
    const here = scene(
      { ...RACES, kernel: { base: 'v6.12', staleFault: 'install-obsolete' } },
      zapDuring('fault'),
    );
    expect(Object.keys(here.machine.shadow).sort()).toEqual(['a.u@wp!', 'a@wp']);
    expect(foundInState(noObsoleteRootAtEntry, here.world, here.machine)).toBe(
      'shadow page a.u@wp! is obsolete, and no root',
    );
  });
});

describe('a zap of everything before a page is mapped that has come in', () => {
  it.each([
    ['takes-for-valid', []],
    ['frees-first', ['f1']],
  ] as const)('with %s maps %j', (reloadObsolete, frames) => {
    const here = scene({ ...RACES, kernel: { base: 'v6.12', reloadObsolete } }, zapDuring('page-ready'));
    expect(inUse(here.vcpu).hardware.map(({ frame }) => frame)).toEqual(frames);
    expect(here.machine.work).toMatchObject({ exits: 0, rootLoads: 1 });
  });
});
