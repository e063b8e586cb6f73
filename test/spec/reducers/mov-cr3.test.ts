import { describe, expect, it } from 'vitest';
import {
  access,
  invpcidSingle,
  movCr3,
  noflush,
  rootsOf,
  SET_PCIDE,
  scene,
  shadowOf,
  writePte,
} from '../helpers.ts';

describe('MOV to CR3', () => {
  it('changes CR3, its low bits too', () => {
    expect(scene({}, movCr3('b|24')).vcpu.guest.cr3).toEqual({ space: 'b', low: 24 });
  });

  it('runs the guest on the new root', () => {
    const here = scene({}, writePte('b:u0', 'f2'), movCr3('b'));
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });

  it('that flushes makes a store seen, on the same value and by way of another', () => {
    const changed = () => scene({}, access('u0'), writePte('a:u0', 'f2'));
    expect(changed().run(movCr3('a'), access('u0')).sees).toEqual(['f2']);
    expect(changed().run(movCr3('b'), movCr3('a'), access('u0')).sees).toEqual(['f2']);
  });

  it('noflush of a cached value keeps what its PCID has cached', () => {
    const here = scene({}, SET_PCIDE, access('u0'), writePte('a:u0', 'f2'), noflush('b|1'), noflush('a'));
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: true, entries: ['f1'] });
    expect(here.run(access('u0')).sees).toEqual(['f1']);
  });

  it('noflush of a value whose root was freed syncs and flushes', () => {
    const here = scene({}, SET_PCIDE, noflush('b|1'), access('u0'), noflush('a'), writePte('b:u0', 'f2'));
    here.run(invpcidSingle(1));
    expect(here.run(noflush('b|1'), access('u0')).sees).toEqual(['f2']);
  });
});

describe('item 1 of the bug corpus: a flush of a PCID kills every cached root of it', () => {
  const seenBy = (kernel: 'v5.13' | 'v5.14' | 'v6.12') => {
    const here = scene(
      { kernel, bounds: { spaces: 3 } },
      SET_PCIDE,
      movCr3('a|1'),
      access('u0'),
      movCr3('b|1'),
    );
    here.run(writePte('a:u0', 'f2'), movCr3('c|1'), noflush('a|1'));
    return here.run(access('u0')).sees;
  };

  it('in v5.14 and later', () => {
    expect(seenBy('v5.14')).toEqual(['f2']);
    expect(seenBy('v6.12')).toEqual(['f2']);
  });

  it('not in v5.13', () => {
    expect(seenBy('v5.13')).toEqual(['f1']);
  });
});

it('item 2: with PCIDE=0 the third load of A, B, A finds its root with the patch, and not before', () => {
  const third = (kernel: 'v5.14' | 'patch') => scene({ kernel }, movCr3('b')).exit(movCr3('a')).requests;
  expect(third('v5.14')).not.toContain('LOAD_MMU_PGD');
  expect(third('patch')).toContain('LOAD_MMU_PGD');
});

it('the fourth space pushes the first out of prev_roots', () => {
  const here = scene({ bounds: { spaces: 5 } }, ...['b', 'c', 'd', 'e'].map(movCr3));
  expect(rootsOf(here.vcpu)).toBe('e|0 d|0 c|0 b|0');
});
