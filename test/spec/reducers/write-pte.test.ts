import { describe, expect, it } from 'vitest';
import { access, emulated, inUse, scene, shadowOf, writePte } from '../helpers.ts';

describe('a store to a level-1 entry', () => {
  it('changes the guest entry and sees nothing', () => {
    const here = scene();
    expect(here.run(writePte('b:u0', 'f2'))).toEqual({ outcome: 'ok', requests: [], sees: [] });
    expect(here.machine.memory['b.u']?.entries).toEqual(['f2']);
  });

  it('may clear the entry', () => {
    const here = scene({}, writePte('a:u0', null));
    expect(here.machine.memory['a.u']?.entries).toEqual([null]);
  });

  it('goes to the index of its page', () => {
    const here = scene({ bounds: { userPages: 2 } }, writePte('a:u1', 'f2'));
    expect(here.machine.memory['a.u']?.entries).toEqual(['f1', 'f2']);
  });

  it('of a shared table is a store for both spaces', () => {
    const here = scene({ layout: 'shared' }, writePte('b:u0', 'f2'));
    expect(here.machine.memory.s?.entries).toEqual(['f2', 'f1']);
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });

  it('drops nothing from either TLB', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    expect(inUse(here.vcpu).guest).toHaveLength(2);
    expect(inUse(here.vcpu).hardware).toEqual([{ pcid: 0, page: 'u0', frame: 'f1' }]);
  });

  it('that is emulated takes effect at once', () => {
    const here = scene({}, access('u0'), emulated(writePte('a:u0', 'f2')));
    expect(shadowOf(here, 'a.u@wp').entries).toEqual([null]);
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });
});
