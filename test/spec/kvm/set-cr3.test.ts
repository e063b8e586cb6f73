import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import { access, movCr3, noflush, rootsOf, SET_PCIDE, scene, shadowOf, writePte } from '../helpers.ts';

type Case = readonly [kernel: KernelName, requests: string, roots: string];

/** What the handler raised, and the roots before the entry behind it. */
function outcome(
  kernel: KernelName,
  before: readonly Event[],
  event: Event,
): [requests: string, roots: string] {
  const here = scene({ kernel, bounds: { spaces: 3 } }, ...before);
  const { requests } = here.exit(event);
  return [requests.join(' '), rootsOf(here.vcpu)];
}

const SYNC_FLUSH = 'MMU_SYNC TLB_FLUSH_CURRENT';
const SYNC_LOAD_FLUSH = 'MMU_SYNC LOAD_MMU_PGD TLB_FLUSH_CURRENT';

describe('PCIDE=1, roots a|0 c|1 b|0', () => {
  const before = [SET_PCIDE, noflush('b'), noflush('c|1'), noflush('a')];

  it('starts there in every kernel', () => {
    for (const kernel of ['v5.13', 'v5.14', 'patch', 'v6.12'] as const)
      expect(outcome(kernel, before, access('u0'))).toEqual(['', 'a|0 c|1 b|0 -']);
  });

  it.each<Case>([
    ['v5.13', 'TLB_FLUSH_CURRENT', 'a|0 c|1 b|0 -'],
    ['v5.14', SYNC_FLUSH, 'a|0 c|1 - -'],
    ['patch', SYNC_FLUSH, 'a|0 c|1 - -'],
    ['v6.12', SYNC_FLUSH, 'a|0 c|1 - -'],
  ])('the same value, flush, in %s', (kernel, ...expected) => {
    expect(outcome(kernel, before, movCr3('a'))).toEqual(expected);
  });

  it.each<KernelName>(['v5.13', 'v5.14', 'patch', 'v6.12'])(
    'the same value, noflush, in %s does nothing',
    (kernel) => {
      expect(outcome(kernel, before, noflush('a'))).toEqual(['', 'a|0 c|1 b|0 -']);
    },
  );

  it.each<Case>([
    ['v5.13', SYNC_LOAD_FLUSH, 'b|0 a|0 c|1 -'],
    ['v5.14', SYNC_LOAD_FLUSH, 'b|0 - c|1 -'],
    ['patch', SYNC_LOAD_FLUSH, 'b|0 - c|1 -'],
    ['v6.12', SYNC_LOAD_FLUSH, 'b|0 - c|1 -'],
  ])('a cached value of the same PCID, flush, in %s', (kernel, ...expected) => {
    expect(outcome(kernel, before, movCr3('b'))).toEqual(expected);
  });

  it.each<KernelName>(['v5.13', 'v5.14', 'patch', 'v6.12'])(
    'a cached value of another PCID, flush, in %s keeps the roots of the old PCID',
    (kernel) => {
      expect(outcome(kernel, before, movCr3('c|1'))).toEqual([SYNC_LOAD_FLUSH, 'c|1 a|0 b|0 -']);
    },
  );

  it.each<KernelName>(['v5.13', 'v5.14', 'patch', 'v6.12'])(
    'a cached value, noflush, in %s only loads it',
    (kernel) => {
      expect(outcome(kernel, before, noflush('b'))).toEqual(['LOAD_MMU_PGD', 'b|0 a|0 c|1 -']);
    },
  );

  it.each<Case>([
    ['v5.13', '', '- a|0 c|1 b|0'],
    ['v5.14', SYNC_FLUSH, '- a|0 - b|0'],
    ['patch', SYNC_FLUSH, '- a|0 - b|0'],
    ['v6.12', SYNC_FLUSH, '- a|0 - b|0'],
  ])('a value that is not cached, flush, in %s', (kernel, ...expected) => {
    expect(outcome(kernel, before, movCr3('b|1'))).toEqual(expected);
  });

  it.each<KernelName>(['v5.13', 'v5.14', 'patch', 'v6.12'])(
    'a value that is not cached, noflush, in %s only rotates',
    (kernel) => {
      expect(outcome(kernel, before, noflush('b|1'))).toEqual(['', '- a|0 c|1 b|0']);
    },
  );
});

describe('PCIDE=0, after b and a', () => {
  const before = [movCr3('b'), movCr3('a')];

  it.each<Case>([
    ['v5.13', 'TLB_FLUSH_CURRENT', 'a|0 b|0 - -'],
    ['v5.14', SYNC_FLUSH, 'a|0 - - -'],
    ['patch', SYNC_FLUSH, 'a|0 b|0 - -'],
    ['v6.12', SYNC_FLUSH, 'a|0 b|0 - -'],
  ])('the same value in %s', (kernel, ...expected) => {
    expect(outcome(kernel, before, movCr3('a'))).toEqual(expected);
  });

  it.each<Case>([
    ['v5.13', SYNC_LOAD_FLUSH, 'b|0 a|0 - -'],
    ['v5.14', SYNC_FLUSH, '- - - -'],
    ['patch', SYNC_LOAD_FLUSH, 'b|0 a|0 - -'],
    ['v6.12', SYNC_LOAD_FLUSH, 'b|0 a|0 - -'],
  ])('b again, in %s', (kernel, ...expected) => {
    expect(outcome(kernel, before, movCr3('b'))).toEqual(expected);
  });

  it.each<Case>([
    ['v5.13', '', '- a|0 b|0 -'],
    ['v5.14', SYNC_FLUSH, '- - - -'],
    ['patch', SYNC_FLUSH, '- a|0 b|0 -'],
    ['v6.12', SYNC_FLUSH, '- a|0 b|0 -'],
  ])('c, in %s', (kernel, ...expected) => {
    expect(outcome(kernel, before, movCr3('c'))).toEqual(expected);
  });

  it('a with PWT set is a new value, and leaves two roots on one shadow page', () => {
    const here = scene({}, movCr3('a|8'));
    expect(rootsOf(here.vcpu)).toBe('a|8 a|0 - -');
    expect(here.vcpu.mmu.prevRoots[0]?.page).toBe(here.vcpu.mmu.root?.page);
  });
});

it('v5.13 syncs the current root in the handler, v5.14 at the entry', () => {
  const unsyncAfterExit = (kernel: KernelName) => {
    const here = scene({ kernel }, access('u0'), writePte('a:u0', 'f2'));
    here.exit(movCr3('a'));
    return shadowOf(here, 'a.u@wp').unsync;
  };
  expect(unsyncAfterExit('v5.13')).toBe(false);
  expect(unsyncAfterExit('v5.14')).toBe(true);
});

it('alternating between four spaces with PCIDE=0 loads no root anew, with the patch', () => {
  const spaces = ['b', 'c', 'd', 'a'];
  const here = scene({ kernel: 'patch', bounds: { spaces: 4 } }, ...spaces.map(movCr3));
  for (const space of spaces) expect(here.run(movCr3(space)).requests).toContain('LOAD_MMU_PGD');
});
