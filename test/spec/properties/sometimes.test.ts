import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import { foundInState, foundInStep } from '../../../spec/properties/judge.ts';
import { SOMETIMES, type SometimesName } from '../../../spec/properties/sometimes.ts';
import {
  access,
  invpcidSingle,
  movCr3,
  movCr4,
  noflush,
  SET_PCIDE,
  scene,
  stepOf,
  writePte,
} from '../helpers.ts';

function witnessed(name: SometimesName, kernel: KernelName, ...events: readonly Event[]): boolean {
  const last = events.at(-1);
  const property = SOMETIMES.find((other) => other.name === name);
  if (last === undefined || property === undefined) throw new Error('nothing to witness');
  const here = scene({ kernel }, ...events.slice(0, -1));
  const step = stepOf(here, last);
  return (
    foundInState(property, here.world, step.after) !== null ||
    foundInStep(property, here.world, step) !== null
  );
}

/** b maps another frame than a, so that its stale entry is not one that a gave under PCID 0. */
const STALE_B = [
  writePte('b:u0', 'f2'),
  movCr3('b'),
  access('u0'),
  movCr3('a'),
  writePte('b:u0', 'f1'),
  movCr3('a'),
] as const;

describe('stale-cached-root-while-pcide-clear', () => {
  it('is witnessed by a flush that passes over a cached root', () => {
    expect(witnessed('stale-cached-root-while-pcide-clear', 'patch', ...STALE_B)).toBe(true);
  });

  it('is not where no root is cached', () => {
    expect(witnessed('stale-cached-root-while-pcide-clear', 'v5.14', ...STALE_B)).toBe(false);
  });
});

describe('cached-root-reused-while-pcide-clear', () => {
  it.each([
    ['v5.13', true],
    ['v5.14', false],
    ['patch', true],
    ['v6.12', true],
    ['naive', false],
  ] as const)('in %s: %s', (kernel, expected) => {
    expect(witnessed('cached-root-reused-while-pcide-clear', kernel, movCr3('b'), movCr3('a'))).toBe(
      expected,
    );
  });

  it('is not witnessed by a hit with PCIDE=1', () => {
    expect(
      witnessed('cached-root-reused-while-pcide-clear', 'patch', SET_PCIDE, noflush('b|1'), noflush('a')),
    ).toBe(false);
  });
});

describe('cached-root-kept-by-a-flush-while-pcide-clear', () => {
  it.each([
    ['MOV CR3', movCr3('a')],
    ['INVPCID single', invpcidSingle(0)],
  ])('is witnessed by %s with the patch, and not in v5.14', (_, flush) => {
    const name = 'cached-root-kept-by-a-flush-while-pcide-clear';
    expect(witnessed(name, 'patch', movCr3('b'), flush)).toBe(true);
    expect(witnessed(name, 'v5.14', movCr3('b'), flush)).toBe(false);
  });
});

describe('cached-root-reused-while-pcide-set', () => {
  it('is witnessed by a NOFLUSH load of a cached value', () => {
    expect(
      witnessed('cached-root-reused-while-pcide-set', 'v6.12', SET_PCIDE, noflush('b|1'), noflush('a')),
    ).toBe(true);
  });

  it('is not by one of another value', () => {
    expect(witnessed('cached-root-reused-while-pcide-set', 'v6.12', SET_PCIDE, noflush('b|1'))).toBe(false);
  });
});

describe('stale-entry-lives-across-pcide-set', () => {
  it('is witnessed by a store that was not flushed before PCIDE 0->1', () => {
    expect(witnessed('stale-entry-lives-across-pcide-set', 'v6.12', writePte('a:u0', 'f2'), SET_PCIDE)).toBe(
      true,
    );
  });

  it('is not after a flush', () => {
    expect(
      witnessed(
        'stale-entry-lives-across-pcide-set',
        'v6.12',
        writePte('a:u0', 'f2'),
        movCr3('a'),
        SET_PCIDE,
      ),
    ).toBe(false);
  });

  it('is not by PCIDE 1->0', () => {
    expect(
      witnessed(
        'stale-entry-lives-across-pcide-set',
        'v6.12',
        SET_PCIDE,
        writePte('a:u0', 'f2'),
        movCr4({ pcide: false }),
      ),
    ).toBe(false);
  });
});
