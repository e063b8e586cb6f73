import { describe, expect, it } from 'vitest';
import { noWork } from '../../../spec/state/work.ts';
import {
  access,
  inUse,
  invlpg,
  movCr3,
  movCr4,
  noflush,
  SET_PCIDE,
  scene,
  shadowOf,
  writePte,
  zapAll,
} from '../helpers.ts';

describe('a read', () => {
  it('faults the shadow tables in, and sees what the guest maps', () => {
    const here = scene();
    expect(here.run(access('u0'))).toEqual({ outcome: 'ok', requests: [], sees: ['f1'] });
    expect(shadowOf(here, 'a.u@wp').entries).toEqual(['f1']);
  });

  it('again is no exit', () => {
    const here = scene({}, access('u0'));
    const before = structuredClone(here.machine);
    here.run(access('u0'));
    expect(here.machine).toEqual({ ...before, work: noWork() });
  });

  it('sees nothing where the guest maps nothing', () => {
    const here = scene({}, writePte('a:u0', null));
    expect(here.run(access('u0'))).toEqual({ outcome: 'ok', requests: [], sees: [] });
  });

  it('may see the old translation until the guest flushes, and only that while it is cached', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    expect(here.run(access('u0')).sees).toEqual(['f1']);
    expect(here.run(invlpg('u0'), access('u0')).sees).toEqual(['f2']);
  });

  it('may see both where the entry was dropped from the shadow but not from the hardware TLB', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    shadowOf(here, 'a.u@wp').entries[0] = null;
    expect(here.exit(access('u0')).sees).toEqual(['f1', 'f2']);
  });

  it('does not see what the hardware TLB holds under another PCID', () => {
    const here = scene(
      { bounds: { cachedRoots: 3 } },
      writePte('b:u0', 'f2'),
      SET_PCIDE,
      noflush('b|1'),
      access('u0'),
      noflush('a'),
    );
    expect(inUse(here.vcpu).hardware).toEqual([{ pcid: 1, page: 'u0', frame: 'f2' }]);
    expect(here.run(access('u0')).sees).toEqual(['f1']);
  });

  it('raises what finding an unsync page raises', () => {
    const here = scene({ layout: 'kernel' }, access('k0'), writePte('a:k0', 'f2'), movCr3('b'));
    expect(here.run(access('k0'))).toMatchObject({ requests: ['TLB_FLUSH'], sees: ['f2'] });
  });

  it('works after everything was zapped', () => {
    expect(scene({}, access('u0'), zapAll).run(access('u0')).sees).toEqual(['f1']);
  });

  it('sees a page that is global for the guest as any other', () => {
    const here = scene({ layout: 'kernel' }, movCr4({ pge: true }), access('k0'));
    expect(here.run(access('k0')).sees).toEqual(['f1']);
  });
});
