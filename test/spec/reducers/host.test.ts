import { describe, expect, it } from 'vitest';
import { access, inUse, movCr3, noflush, rootsOf, SET_PCIDE, scene, writePte, zapAll } from '../helpers.ts';

describe('the host zaps everything', () => {
  it('and the guest goes on with one fresh root', () => {
    const here = scene({}, access('u0'), movCr3('b'), access('u0'), zapAll);
    expect(rootsOf(here.vcpu)).toBe('b|0 - - -');
    expect(Object.keys(here.machine.shadow)).toEqual(['b@wp']);
    expect(here.run(access('u0')).sees).toEqual(['f1']);
  });

  it('and cached roots are gone too: item 10 of the bug corpus', () => {
    const here = scene(
      {},
      SET_PCIDE,
      noflush('b|1'),
      access('u0'),
      noflush('a'),
      writePte('b:u0', 'f2'),
      zapAll,
    );
    expect(here.run(noflush('b|1'), access('u0')).sees).toEqual(['f2']);
  });

  it('and the guest TLB and registers are as they were', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const { guest, tlbs } = structuredClone(here.vcpu);
    here.run(zapAll);
    expect(here.vcpu.guest).toEqual(guest);
    expect(inUse(here.vcpu).guest).toEqual(tlbs.vpid01.guest);
  });

  it('and no page table is writable any more', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'), writePte('b:u0', 'f2'), zapAll);
    expect(Object.values(here.machine.writable)).not.toContain(true);
  });
});
