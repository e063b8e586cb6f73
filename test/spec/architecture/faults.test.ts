import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import type { LayoutName } from '../../../spec/layouts/named.ts';
import {
  invpcidAddress,
  invpcidAll,
  invpcidAllNonglobal,
  invpcidSingle,
  movCr3,
  movCr4,
  noflush,
  SET_PCIDE,
  scene,
} from '../helpers.ts';

const layout: LayoutName = 'kernel';
const outcomeAfter = (before: readonly Event[], event: Event) =>
  scene({ layout }, ...before).exit(event).outcome;

describe('MOV to CR3 with bit 63 set', () => {
  it('faults with PCIDE=0, to another value and to the same', () => {
    expect(outcomeAfter([], noflush('b'))).toBe('#GP');
    expect(outcomeAfter([], noflush('a'))).toBe('#GP');
  });

  it('is legal with PCIDE=1', () => {
    expect(outcomeAfter([SET_PCIDE], noflush('b|1'))).toBe('ok');
  });
});

it('MOV to CR3 with low bits never faults: PWT and PCD, or a PCID', () => {
  expect(outcomeAfter([], movCr3('a|24'))).toBe('ok');
  expect(outcomeAfter([SET_PCIDE], movCr3('a|4095'))).toBe('ok');
});

describe('CR4.PCIDE 0->1', () => {
  it('faults while CR3[11:0] is not zero', () => {
    expect(outcomeAfter([movCr3('a|8')], SET_PCIDE)).toBe('#GP');
  });

  it('faults so too when other bits change with it', () => {
    expect(outcomeAfter([movCr3('a|8')], movCr4({ pcide: true, pge: true }))).toBe('#GP');
  });

  it('is legal while it is zero', () => {
    expect(outcomeAfter([], SET_PCIDE)).toBe('ok');
  });
});

describe('other writes to CR4 do not fault', () => {
  it('PCIDE set again under a PCID', () => {
    expect(outcomeAfter([SET_PCIDE, movCr3('a|1')], SET_PCIDE)).toBe('ok');
  });

  it('PCIDE 1->0 under a PCID', () => {
    expect(outcomeAfter([SET_PCIDE, movCr3('a|1')], movCr4({ pcide: false }))).toBe('ok');
  });

  it('PGE under PWT and PCD', () => {
    expect(outcomeAfter([movCr3('a|8')], movCr4({ pge: true }))).toBe('ok');
  });
});

describe('INVPCID of a PCID other than 0 with PCIDE=0', () => {
  it.each([
    ['address', invpcidAddress(1, 'u0')],
    ['single', invpcidSingle(1)],
  ])('faults for %s', (_, event) => {
    expect(outcomeAfter([], event)).toBe('#GP');
    expect(outcomeAfter([SET_PCIDE], event)).toBe('ok');
  });
});

it.each([
  ['address of PCID 0', invpcidAddress(0, 'u0')],
  ['single of PCID 0', invpcidSingle(0)],
  ['all', invpcidAll],
  ['all-nonglobal', invpcidAllNonglobal],
])('INVPCID %s is legal with PCIDE=0', (_, event) => {
  expect(outcomeAfter([], event)).toBe('ok');
});

it.each([
  ['MOV CR3 noflush', [], noflush('b')],
  ['PCIDE 0->1', [movCr3('a|8')], movCr4({ pcide: true, pge: true, smep: true })],
  ['INVPCID address', [], invpcidAddress(1, 'u0')],
  ['INVPCID single', [], invpcidSingle(1)],
])('%s that faults changes nothing at all', (_, before, event) => {
  const { machine, run } = scene({ layout }, { kind: 'access', cpu: 0, page: 'u0' }, ...before);
  const untouched = structuredClone(machine);
  expect(run(event)).toEqual({ outcome: '#GP', requests: [], sees: [] });
  expect(machine).toEqual(untouched);
});
