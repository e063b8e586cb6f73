import { describe, expect, it } from 'vitest';
import {
  cpuOf as asked,
  foundInState,
  foundInStep,
  heldBy,
  subjectsOf,
} from '../../../spec/properties/judge.ts';
import type { Each, Held, Property, Rule } from '../../../spec/properties/property.ts';
import { staleTranslations } from '../../../spec/properties/vtlb.ts';
import { vtlbWithinGuestTlb } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { VPIDS } from '../../../spec/state/tlb.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import {
  access,
  cpuOf,
  inUse,
  movCr3,
  noflush,
  on,
  type Scene,
  SET_PCIDE,
  scene,
  stepOf,
  writePte,
} from '../helpers.ts';

const property = (...rules: Rule[]): Property => ({ name: 'test', doc: 'of a test', rules });
const two = () => scene({ layout: 'smp' }, access('u0'), on(1, movCr3('b')));

const nameOf = ({ cpu, pcid, page, frame }: Held) => `${cpu}: ${pcid} ${page} ${frame}`;

/** What a rule is asked of in a state. */
function askedOf(here: Scene, each: Each, kind: 'state' | 'entry' = 'state'): string[] {
  const subjects: string[] = [];
  const wrong = (_: unknown, __: unknown, subject: unknown, held?: Held) => {
    subjects.push(held ? `${JSON.stringify(subject)} ${nameOf(held)}` : JSON.stringify(subject));
    return null;
  };
  expect(foundInState(property({ on: kind, each, wrong } as Rule), here.world, here.machine)).toBeNull();
  return subjects;
}

describe('a rule about states is asked', () => {
  it('of every vCPU', () => {
    expect(subjectsOf('vcpu', two().machine)).toEqual([0, 1]);
    expect(askedOf(two(), 'vcpu')).toEqual(['0', '1']);
  });

  it('of every root slot, the current one and those of prev_roots, empty or not', () => {
    const here = scene({ layout: 'smp', bounds: { cachedRoots: 1 } }, access('u0'));
    const slots = [0, 1].flatMap((cpu) => [0, 1].map((slot) => ({ cpu, slot })));
    expect(subjectsOf('root slot', here.machine)).toEqual(slots);
    expect(askedOf(here, 'root slot')).toEqual(slots.map((slot) => JSON.stringify(slot)));
  });

  it('of every shadow page', () => {
    const ids = Object.keys(two().machine.shadow);
    expect(ids.toSorted()).toEqual(['a.u@wp', 'a@wp', 'b@wp']);
    expect(subjectsOf('shadow page', two().machine)).toEqual(ids);
    expect(askedOf(two(), 'shadow page')).toEqual(ids.map((id) => JSON.stringify(id)));
  });

  it('and one about entries of every translation besides that TLBs of its vCPU may hold', () => {
    const all = (cpu: number) =>
      [0, 1].flatMap((pcid) => ['f1', 'f2'].map((frame) => `${cpu} ${cpu}: ${pcid} u0 ${frame}`));
    expect(askedOf(two(), 'vcpu', 'entry')).toEqual([...all(0), ...all(1)]);
    const slots = askedOf(two(), 'root slot', 'entry');
    expect(slots).toHaveLength(2 * 4 * 4);
    for (const slot of slots) expect(slot).toMatch(/^\{"cpu":(\d),.* \1: /);
  });

  it('whose TLBs those of a subject are', () => {
    expect([asked(1), asked({ cpu: 1, slot: 0 })]).toEqual([1, 1]);
  });
});

describe('the translations that TLBs may hold', () => {
  it('are every page under every PCID with every frame of it, in one order', () => {
    const { world, machine } = scene({ layout: 'window' });
    expect(heldBy(world.layout, machine, 0).map(nameOf)).toEqual([
      '0: 0 u0 f1',
      '0: 0 u0 f2',
      '0: 0 w0 a.u',
      '0: 0 w0 b.u',
    ]);
  });

  it.each(VPIDS)('are held by just what holds them: %s', (vpid) => {
    const { world, machine, vcpu } = scene({ layout: 'kernel' });
    const NOTHING = { guest: false, global: false, hardware: false, away: false };
    for (const each of VPIDS) Object.assign(vcpu.tlbs[each], { guest: [], hardware: [], away: [] });
    vcpu.tlbs[vpid].guest = [
      { pcid: 'global', page: 'k0', frame: 'f1' },
      { pcid: 1, page: 'k0', frame: 'f2' },
    ];
    vcpu.tlbs[vpid].hardware = [{ pcid: 0, page: 'k0', frame: 'f2' }];
    vcpu.tlbs[vpid].away = [{ pcid: 1, page: 'u0', frame: 'f1' }];
    const by = Object.fromEntries(
      heldBy(world.layout, machine, 0).map((held) => {
        const other = held.by[vpid === 'vpid01' ? 'vpid02' : 'vpid01'];
        expect(other).toEqual(NOTHING);
        return [nameOf(held), held.by[vpid]];
      }),
    );
    expect(by).toEqual({
      '0: 0 u0 f1': NOTHING,
      '0: 0 u0 f2': NOTHING,
      '0: 1 u0 f1': { ...NOTHING, away: true },
      '0: 1 u0 f2': NOTHING,
      '0: 0 k0 f1': { ...NOTHING, global: true },
      '0: 0 k0 f2': { ...NOTHING, hardware: true },
      '0: 1 k0 f1': { ...NOTHING, global: true },
      '0: 1 k0 f2': { ...NOTHING, guest: true },
    });
  });

  it('are those under a PCID that the layout does not try, too', () => {
    const stale = (pcid: number) => {
      const here = scene(
        { kernel: 'v5.13', bounds: { spaces: 3 } },
        writePte('b:u0', 'f2'),
        writePte('c:u0', 'f2'),
        SET_PCIDE,
        movCr3(`a|${pcid}`),
        access('u0'),
        movCr3(`b|${pcid}`),
        writePte('a:u0', 'f2'),
        movCr3(`c|${pcid}`),
        noflush(`a|${pcid}`),
      );
      const holders = staleTranslations(here.world, here.machine).map(({ holder }) => holder);
      return [holders, foundInState(vtlbWithinGuestTlb, here.world, here.machine)?.replace(/\|\d+/, '')];
    };
    expect(stale(1)[0]).toContain('root');
    expect(stale(7)).toEqual(stale(1));
  });
});

describe('what is found', () => {
  const says = (words: string | null): Rule => ({ on: 'state', each: 'vcpu', wrong: () => words });

  it('is what the first rule says that says anything, of its first subject', () => {
    const { world, machine } = two();
    const third: Rule = { on: 'state', each: 'vcpu', wrong: (_, __, cpu) => `cpu ${cpu}` };
    expect(foundInState(property(), world, machine)).toBeNull();
    expect(foundInState(property(says(null)), world, machine)).toBeNull();
    expect(foundInState(property(says(null), third, says('late')), world, machine)).toBe('cpu 0');
  });

  it('in a state is nothing of rules about steps, and in a step nothing of those about states', () => {
    const here = two();
    const step = stepOf(here, access('u0'));
    const ofStates: readonly Rule[] = [says('state'), { on: 'entry', each: 'vcpu', wrong: () => 'entry' }];
    const ofSteps: readonly Rule[] = [
      { on: 'step', wrong: () => 'step' },
      { on: 'step entry', wrong: () => 'step entry' },
    ];
    for (const rule of ofStates) {
      expect(foundInState(property(rule), here.world, here.machine)).toBe(rule.on);
      expect(foundInStep(property(rule), here.world, step)).toBeNull();
    }
    for (const rule of ofSteps) {
      expect(foundInState(property(rule), here.world, here.machine)).toBeNull();
      expect(foundInStep(property(rule), here.world, step)).toBe(rule.on);
    }
    expect(foundInStep(property(...ofStates, ...ofSteps.toReversed()), here.world, step)).toBe('step entry');
  });
});

describe('in a step', () => {
  const heldOver = (edit: (before: Scene, after: Vcpu) => void, cpu = 0) => {
    const here = two();
    const step = stepOf(here, on(cpu, access('u0')));
    for (const { vcpus } of [step.before, step.after])
      for (const { tlbs } of vcpus)
        for (const vpid of VPIDS) Object.assign(tlbs[vpid], { guest: [], hardware: [], away: [] });
    edit(here, cpuOf(step.after, cpu));
    const seen: string[] = [];
    const rule: Rule = {
      on: 'step entry',
      wrong: (_, of, left) => {
        expect(of).toBe(step);
        for (const vpid of VPIDS)
          for (const [holder, holds] of Object.entries(left.by[vpid]))
            if (holds) seen.push(`${nameOf(left)} ${vpid} ${holder}`);
        return null;
      },
    };
    expect(foundInStep(property(rule), here.world, step)).toBeNull();
    return seen;
  };
  const F1 = [{ pcid: 0, page: 'u0', frame: 'f1' }] as const;
  const F2 = [{ pcid: 0, page: 'u0', frame: 'f2' }] as const;

  it.each(['guest', 'hardware', 'away'] as const)(
    'a translation is held if the %s TLB held it before and does after',
    (holder) => {
      const seen = heldOver(({ vcpu }, after) => {
        vcpu.tlbs.vpid01[holder] = F1;
        after.tlbs.vpid01[holder] = F1;
      });
      expect(seen).toEqual([`0: 0 u0 f1 vpid01 ${holder}`]);
    },
  );

  it('and so is one under a PCID that the layout does not try', () => {
    const under = (pcid: number) => [{ ...F1[0], pcid }];
    const kept = heldOver(({ vcpu }, after) => {
      inUse(vcpu).hardware = [...under(5), ...under(7)];
      inUse(after).hardware = [...under(7), ...under(9)];
    });
    expect(kept).toEqual(['0: 7 u0 f1 vpid01 hardware']);
  });

  it('and not if it was held before only, after only, or by another after than before', () => {
    const before = heldOver(({ vcpu }) => {
      inUse(vcpu).hardware = F1;
    });
    const after = heldOver((_, vcpu) => {
      inUse(vcpu).hardware = F1;
    });
    const another = heldOver(({ vcpu }, later) => {
      Object.assign(vcpu.tlbs.vpid01, { guest: F1, hardware: F1 });
      vcpu.tlbs.vpid02.away = F1;
      Object.assign(later.tlbs.vpid01, { guest: F2, away: F1 });
      later.tlbs.vpid02.hardware = F1;
    });
    expect([before, after, another]).toEqual([[], [], []]);
  });

  it('and one of the guest is held only as it was tagged', () => {
    const GLOBAL = [{ ...F1[0], pcid: 'global' }] as const;
    const seen = heldOver(({ vcpu }, after) => {
      inUse(vcpu).guest = GLOBAL;
      inUse(after).guest = F1;
    });
    expect(seen).toEqual([]);
  });

  it('those are asked about that TLBs of the vCPU of the event hold, and no other', () => {
    const both = ({ machine }: Scene, after: Vcpu) => {
      for (const vcpu of machine.vcpus) inUse(vcpu).hardware = F1;
      inUse(after).hardware = F1;
    };
    expect(heldOver(both, 1)).toEqual(['1: 0 u0 f1 vpid01 hardware']);
    expect(heldOver(both, 0)).toEqual(['0: 0 u0 f1 vpid01 hardware']);
  });
});
