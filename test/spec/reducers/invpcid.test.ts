import { describe, expect, it } from 'vitest';
import {
  access,
  invpcidAddress,
  invpcidAll,
  invpcidAllNonglobal,
  invpcidSingle,
  noflush,
  rootsOf,
  SET_PCIDE,
  scene,
  writePte,
} from '../helpers.ts';

/** Roots a|0 and b|1, both with a store not flushed yet. */
const changed = () =>
  scene(
    {},
    SET_PCIDE,
    noflush('b|1'),
    access('u0'),
    noflush('a'),
    access('u0'),
    writePte('a:u0', 'f2'),
    writePte('b:u0', 'f2'),
  );

describe('INVPCID', () => {
  it.each([
    ['address', invpcidAddress(0, 'u0')],
    ['single', invpcidSingle(0)],
    ['all', invpcidAll],
    ['all-nonglobal', invpcidAllNonglobal],
  ])('%s makes a store under its PCID seen', (_, event) => {
    expect(changed().run(event, access('u0')).sees).toEqual(['f2']);
  });

  it.each([
    ['address', invpcidAddress(1, 'u0')],
    ['single', invpcidSingle(1)],
    ['all', invpcidAll],
    ['all-nonglobal', invpcidAllNonglobal],
  ])('%s makes a store under another PCID seen when that is loaded again', (_, event) => {
    expect(changed().run(event, noflush('b|1'), access('u0')).sees).toEqual(['f2']);
  });

  it('single of one PCID leaves the other as it was', () => {
    expect(changed().run(invpcidSingle(1), access('u0')).sees).toEqual(['f1']);
  });

  it('all keeps cached roots that are in sync, and frees the others', () => {
    const here = scene(
      { bounds: { spaces: 3 } },
      SET_PCIDE,
      noflush('b|1'),
      access('u0'),
      noflush('c|1'),
      noflush('a'),
    );
    here.run(writePte('b:u0', 'f2'), invpcidAll);
    expect(rootsOf(here.vcpu)).toBe('a|0 c|1 - -');
  });

  it('address of a PCID that has no root leaves KVM as it was', () => {
    const here = changed();
    const { shadow, vcpus } = structuredClone(here.machine);
    expect(here.run(invpcidAddress(2, 'u0')).requests).toEqual([]);
    expect(here.machine.shadow).toEqual(shadow);
    expect(here.machine.vcpus).toEqual(vcpus);
  });
});
