import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import { staleTranslations } from '../../../spec/properties/vtlb.ts';
import { VPIDS } from '../../../spec/state/tlb.ts';
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

describe('what a vCPU left on the other physical CPU', () => {
  const MIGRATE: Event = { kind: 'host', cpu: 0, action: 'migrate' };
  const enter = (space: string): Event => ({ kind: 'nested', cpu: 0, action: 'enter', space, vpid: 'same' });
  const exit = (space: string): Event => ({ kind: 'nested', cpu: 0, action: 'exit', space });
  const onVpids = (migration: 'flush' | 'nothing', ...events: readonly Event[]) =>
    scene({ layout: 'vpids', bounds: { spaces: 2 }, kernel: { base: 'v6.12', migration } }, ...events);

  it('under the VPID of L2 is nothing that L1 could use when it comes back', () => {
    const here = onVpids('nothing', writePte('b:u0', 'f2'), enter('b'), access('u0'));
    expect(inUse(here.vcpu).hardware.map(({ frame }) => frame)).toEqual(['f2']);
    here.run(MIGRATE, exit('a'), MIGRATE);
    expect(here.vcpu.tlbs.vpid02.hardware.map(({ frame }) => frame)).toEqual(['f2']);
    expect(staleTranslations(here.world, here.machine)).toEqual([]);
    expect(here.run(access('u0')).sees).toEqual(['f1']);
  });

  it.each([
    ['L1', 'flush', []],
    ['L1', 'nothing', ['f1']],
    ['L2', 'flush', []],
    ['L2', 'nothing', ['f1']],
  ] as const)(
    'is stale for %s that comes back to its VPID, after a flush elsewhere: migration=%s',
    (who, migration, old) => {
      const [come, go] =
        who === 'L1' ? [[], [enter('b'), exit('a')]] : [[enter('a')], [exit('a'), enter('a')]];
      const here = onVpids(migration, ...come, access('u0'), MIGRATE, ...go);
      here.run(writePte('a:u0', 'f2'), movCr3('a'), MIGRATE);
      expect(here.run(access('u0')).sees).toEqual([...old, 'f2']);
      expect(staleTranslations(here.world, here.machine).map(({ frame }) => frame)).toEqual(old);
    },
  );

  it('under either VPID is flushed on migration, whichever is in use', () => {
    const here = onVpids('flush', access('u0'), enter('a'), access('u0'), MIGRATE);
    expect(VPIDS.map((vpid) => here.vcpu.tlbs[vpid].away.length)).toEqual([1, 1]);
    here.run(MIGRATE);
    expect(here.vcpu.tlbs.vpid01.hardware).toEqual([]);
    // L2 runs, so its TLB takes in again what its root has.
    expect(here.vcpu.tlbs.vpid02.hardware).toHaveLength(1);
    expect(VPIDS.map((vpid) => here.vcpu.tlbs[vpid].away.length)).toEqual([0, 1]);
  });
});
