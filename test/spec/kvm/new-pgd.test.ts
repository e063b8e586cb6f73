import { describe, expect, it } from 'vitest';
import type { KernelName } from '../../../spec/kernels/named.ts';
import { newPgd } from '../../../spec/kvm/new-pgd.ts';
import { makeAllCpusRequest } from '../../../spec/kvm/requests.ts';
import { zapAllFast } from '../../../spec/kvm/zap.ts';
import { type KernelSetting, movCr3, rootsOf, type Scene, scene, shadowOf } from '../helpers.ts';

/** Current root d; cached c, b, a. */
function full(kernel: KernelSetting = 'v6.12'): Scene {
  return scene({ kernel, bounds: { spaces: 5 } }, movCr3('b'), movCr3('c'), movCr3('d'));
}

function load(here: Scene, value: string, skipFlush = false): string {
  const { space, low } = movCr3(value);
  newPgd(here, { space, low }, skipFlush);
  return rootsOf(here.vcpu);
}

describe('with a current root', () => {
  it.each([
    ['0', 'c', 'c|0 d|0 b|0 a|0'],
    ['1', 'b', 'b|0 d|0 c|0 a|0'],
    ['2', 'a', 'a|0 d|0 c|0 b|0'],
  ])('a hit in slot %s takes the root out and moves the slots before it up', (_, space, roots) => {
    expect(load(full(), space)).toBe(roots);
  });

  it('a hit on the current root moves nothing', () => {
    expect(load(full(), 'd')).toBe('d|0 c|0 b|0 a|0');
  });

  it('a miss frees the least recently used root', () => {
    expect(load(full(), 'e')).toBe('- d|0 c|0 b|0');
  });

  it('empty slots rotate like any other: a miss frees a root though a slot was free', () => {
    const here = full();
    here.vcpu.mmu.prevRoots[1] = null;
    expect(load(here, 'e')).toBe('- d|0 c|0 -');
  });

  it('a hit behind an empty slot moves the empty slot up', () => {
    const here = full();
    here.vcpu.mmu.prevRoots[0] = null;
    expect(load(here, 'a')).toBe('a|0 d|0 - b|0');
  });

  it('the shadow page of a freed root stays in the hash', () => {
    const here = full();
    load(here, 'e');
    expect(here.machine.shadow['a@wp']).toBeDefined();
  });
});

describe('with the current root invalid, from v5.18 on', () => {
  function invalid(): Scene {
    const here = full();
    here.vcpu.mmu.root = null;
    return here;
  }

  it.each([
    ['0', 'c', 'c|0 b|0 a|0 -'],
    ['1', 'b', 'b|0 c|0 a|0 -'],
    ['2', 'a', 'a|0 c|0 b|0 -'],
  ])('a hit in slot %s takes the root out and moves the slots behind it down', (_, space, roots) => {
    expect(load(invalid(), space)).toBe(roots);
  });

  it('a miss changes nothing', () => {
    expect(load(invalid(), 'e')).toBe('- c|0 b|0 a|0');
  });
});

describe('with the current root invalid, up to v5.17', () => {
  function invalid(): Scene {
    const here = full('v5.16');
    here.vcpu.mmu.root = null;
    return here;
  }

  it.each([
    ['0', 'c', 'c|0 - b|0 a|0'],
    ['1', 'b', 'b|0 - c|0 a|0'],
    ['2', 'a', 'a|0 - c|0 b|0'],
  ])('a hit in slot %s rotates the empty root in', (_, space, roots) => {
    expect(load(invalid(), space)).toBe(roots);
  });

  it('a miss loses the least recently used root', () => {
    expect(load(invalid(), 'e')).toBe('- - c|0 b|0');
  });
});

it.each([
  ['v5.16', '- - d|0 c|0'],
  ['v6.12', '- d|0 c|0 b|0'],
] as const)('two missing loads without an entry between them leave in %s %s', (kernel, roots) => {
  const here = full(kernel);
  here.exit(movCr3('e'));
  here.exit(movCr3('e|8'));
  expect(rootsOf(here.vcpu)).toBe(roots);
});

describe('a root is usable', () => {
  it('only for the whole CR3 value, PWT and PCD too', () => {
    expect(load(full(), 'b|8')).toBe('- d|0 c|0 b|0');
  });

  it('only in the role in force', () => {
    const here = full();
    here.vcpu.guest.cr0 = { wp: false };
    expect(load(here, 'b')).toBe('- d|0 c|0 b|0');
  });

  it('not as the current root in another role either', () => {
    const here = full();
    here.vcpu.guest.cr0 = { wp: false };
    expect(load(here, 'd')).toBe('- d|0 c|0 b|0');
  });

  it('whatever CR4.SMEP is while WP=1', () => {
    const here = full();
    here.vcpu.guest.cr4 = { ...here.vcpu.guest.cr4, smep: true };
    expect(load(here, 'b')).toBe('b|0 d|0 c|0 a|0');
  });

  it('not after its page was zapped', () => {
    const here = full();
    zapAllFast(here);
    expect(load(here, 'b')).toBe('- d|0 c|0 b|0');
  });

  it('while a reload is pending that will free it', () => {
    const here = full();
    makeAllCpusRequest(here, 'MMU_RELOAD');
    expect(load(here, 'b')).toBe('b|0 d|0 c|0 a|0');
  });
});

describe('fewer slots', () => {
  it('one: a miss keeps the current root only', () => {
    const here = scene({ bounds: { spaces: 3, cachedRoots: 1 } }, movCr3('b'));
    expect(load(here, 'c')).toBe('- b|0');
  });

  it('one: a hit swaps', () => {
    const here = scene({ bounds: { spaces: 3, cachedRoots: 1 } }, movCr3('b'));
    expect(load(here, 'a')).toBe('a|0 b|0');
  });

  it.each(['v5.16', 'v6.12'] as const)('none: every change of CR3 frees the current root in %s', (kernel) => {
    const here = scene({ kernel, bounds: { cachedRoots: 0 } }, movCr3('b'));
    expect(load(here, 'a')).toBe('-');
    expect(load(here, 'b')).toBe('-');
  });
});

it('a kernel that reuses no root frees the current one', () => {
  const here = scene({ kernel: 'naive' }, movCr3('b'));
  expect(rootsOf(here.vcpu)).toBe('b|0 - - -');
  expect(load(here, 'a')).toBe('- - - -');
});

describe('requests', () => {
  it.each([
    ['v5.13', false, ['LOAD_MMU_PGD', 'MMU_SYNC', 'TLB_FLUSH_CURRENT']],
    ['v5.13', true, ['LOAD_MMU_PGD']],
    ['v5.14', false, ['LOAD_MMU_PGD']],
    ['v5.14', true, ['LOAD_MMU_PGD']],
  ] as const)('a hit as in %s, noflush %s, raises %j', (kernel, skipFlush, requests) => {
    const { newPgdHit } = scene({ kernel }).world.kernel;
    const here = full({ base: 'v6.12', newPgdHit });
    load(here, 'b', skipFlush);
    expect(here.vcpu.mmu.requests.toSorted()).toEqual(requests);
  });

  it.each([
    ['v5.13', false],
    ['v5.13', true],
    ['v6.12', false],
    ['v6.12', true],
  ] as const satisfies readonly (readonly [KernelName, boolean])[])(
    'a miss in %s, noflush %s, raises none',
    (kernel, skipFlush) => {
      const here = full(kernel);
      load(here, 'e', skipFlush);
      expect(here.vcpu.mmu.requests).toEqual([]);
    },
  );

  it('a hit on the current root asks for its load', () => {
    const here = full();
    load(here, 'd');
    expect(here.vcpu.mmu.requests).toEqual(['LOAD_MMU_PGD']);
  });
});

it('a hit clears the write flooding count of the root', () => {
  const here = full();
  shadowOf(here, 'b@wp').writeFloodingCount = 2;
  load(here, 'b');
  expect(shadowOf(here, 'b@wp').writeFloodingCount).toBe(0);
});
