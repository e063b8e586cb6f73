import { describe, expect, it } from 'vitest';
import { access, emulated, invlpg, movCr4, noflush, SET_PCIDE, scene, writePte } from '../helpers.ts';

describe.each(['v6.1', 'v6.12'] as const)('INVLPG in %s', (kernel) => {
  it('makes a store seen', () => {
    const here = scene({ kernel }, access('u0'), writePte('a:u0', 'f2'), invlpg('u0'));
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });

  it('leaves other pages as they are', () => {
    const here = scene({ kernel, bounds: { userPages: 2 } }, access('u0'), access('u1'));
    here.run(writePte('a:u1', 'f2'), invlpg('u0'));
    expect(here.run(access('u1')).sees).toEqual(['f1']);
  });

  it('makes a store to a global page seen under every PCID: item 43 of the bug corpus', () => {
    const here = scene({ kernel, layout: 'kernel' }, movCr4({ pge: true }), SET_PCIDE);
    here.run(noflush('b|1'), access('k0'), noflush('a'), access('k0'));
    here.run(writePte('a:k0', 'f2'), invlpg('k0'), noflush('b|1'));
    expect(here.run(access('k0')).sees).toEqual(['f2']);
  });
});

it('finds nothing to do after an emulated store', () => {
  const here = scene({}, access('u0'), emulated(writePte('a:u0', 'f2')));
  expect(here.run(invlpg('u0')).requests).toEqual([]);
});

it('of a page that the guest does not map is carried out', () => {
  expect(scene({}, writePte('a:u0', null)).run(invlpg('u0')).outcome).toBe('ok');
});
