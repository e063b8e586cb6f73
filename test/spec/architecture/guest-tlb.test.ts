import { describe, expect, it } from 'vitest';
import { allowRefill, guestFills, invalidateGuestTlb } from '../../../spec/architecture/guest-tlb.ts';
import type { Contract } from '../../../spec/contracts/contract.ts';
import type { Invalidation } from '../../../spec/contracts/invalidation.ts';
import { CONTRACTS, type ContractName } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { formatCr3 } from '../../../spec/state/registers.ts';
import { mayHold, VPIDS, type Vpid } from '../../../spec/state/tlb.ts';
import { affect, EVERY_ENTRY, type TlbEffect } from '../../../spec/state/tlb-effects.ts';
import {
  inUse,
  invlpg,
  invpcidAddress,
  invpcidAll,
  invpcidAllNonglobal,
  invpcidSingle,
  movCr0,
  movCr3,
  movCr4,
  noflush,
  type Scene,
  SET_PCIDE,
  scene,
  writePte,
} from '../helpers.ts';

describe('the guest TLB takes in', () => {
  it('old and new translation of the active space, after a store', () => {
    const { vcpu } = scene({}, writePte('a:u0', 'f2'));
    expect(inUse(vcpu).guest.map(({ frame }) => frame)).toEqual(['f1', 'f2']);
  });

  it('nothing from an entry that is not present', () => {
    const { vcpu } = scene({}, writePte('a:u0', null), movCr3('a'));
    expect(inUse(vcpu).guest).toEqual([]);
  });

  it('a page of the kernel table as global while PGE=1', () => {
    const { vcpu } = scene({ layout: 'kernel' }, movCr4({ pge: true }));
    expect(inUse(vcpu).guest).toEqual([
      { pcid: 'global', page: 'k0', frame: 'f1' },
      { pcid: 0, page: 'u0', frame: 'f1' },
    ]);
  });

  it('the same page under its PCID while PGE=0', () => {
    const { vcpu } = scene({ layout: 'kernel' });
    expect(inUse(vcpu).guest[0]).toEqual({ pcid: 0, page: 'k0', frame: 'f1' });
  });

  it('what it takes in with PCIDE=0 as PCID 0, and keeps it through PCIDE 0->1', () => {
    const { vcpu } = scene({}, writePte('a:u0', 'f2'), SET_PCIDE);
    expect(mayHold(inUse(vcpu).guest, 0, 'u0', 'f1')).toBe(true);
  });
});

describe('a store to a space that is not loaded any more', () => {
  const seen = (contract: ContractName) => {
    const { vcpu } = scene({ contract }, SET_PCIDE, noflush('b|1'), writePte('a:u0', 'f2'));
    return mayHold(inUse(vcpu).guest, 0, 'u0', 'f2');
  };

  it('is not taken in by sdm', () => {
    expect(seen('sdm')).toBe(false);
  });

  it('is taken in by kvm', () => {
    expect(seen('kvm')).toBe(true);
  });
});

describe('by kvm the refill through a|0, loaded before b|1,', () => {
  const loadedAfter = (event: Event) =>
    inUse(scene({ layout: 'kernel' }, SET_PCIDE, noflush('b|1'), event).vcpu).loaded.map(formatCr3);

  it.each([
    ['MOV CR3 of another space with its PCID', movCr3('b|0')],
    ['INVPCID single of its PCID', invpcidSingle(0)],
    ['PCIDE 1->0', movCr4({ pcide: false })],
  ])('is ended by %s', (_, event) => {
    expect(loadedAfter(event)).not.toContain('a|0');
  });

  it.each([
    ['MOV CR3 of another PCID', movCr3('b|1')],
    ['MOV CR3 noflush with its PCID', noflush('b|0')],
    ['INVPCID single of another PCID', invpcidSingle(1)],
    ['INVPCID address', invpcidAddress(0, 'u0')],
    ['INVLPG', invlpg('u0')],
    ['INVPCID all', invpcidAll],
    ['INVPCID all-nonglobal', invpcidAllNonglobal],
    ['a PGE toggle', movCr4({ pge: true })],
    ['a change of CR0.WP', movCr0(false)],
  ])('goes on after %s', (_, event) => {
    expect(loadedAfter(event)).toContain('a|0');
  });

  it('begins again when a|0 is loaded again', () => {
    const { vcpu } = scene({}, SET_PCIDE, noflush('b|1'), invpcidSingle(0), noflush('a|0'), noflush('b|1'));
    expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['a|0', 'b|1']);
  });
});

it('SMEP 0->1 ends the refill through the current PCID only', () => {
  const { vcpu } = scene(
    { layout: 'roles' },
    SET_PCIDE,
    noflush('b|1'),
    noflush('b|0'),
    movCr4({ smep: true }),
  );
  expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['b|0', 'b|1']);
});

it('with PCIDE=0 every MOV CR3 ends the refill through all others', () => {
  const { vcpu } = scene({ bounds: { spaces: 3 } }, movCr3('b'), movCr3('c|8'));
  expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['c|8']);
});

it('the CR3 that is loaded goes on filling after its flush', () => {
  const { vcpu } = scene({}, SET_PCIDE, invpcidSingle(0));
  expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['a|0']);
});

describe('an invalidation under a VPID', () => {
  const ALL = { operation: 'invpcid all', ...EVERY_ENTRY } as const;
  const single = (pcid: number) =>
    ({ operation: 'invpcid single', pcid, page: 'every', globals: false }) as const;
  const address = { operation: 'invlpg', pcid: 1, page: 'u0', globals: true } as const;

  /** a|0 and b|1 loaded and cached under each VPID, b|1 active. */
  const loaded = (contract: ContractName) => {
    const { vcpu } = scene({ contract }, SET_PCIDE, noflush('b|1'));
    Object.assign(vcpu.tlbs.vpid02, inUse(vcpu));
    return vcpu;
  };
  const invalidated = (contract: ContractName, vpid: Vpid, required: readonly Invalidation[]) => {
    const vcpu = loaded(contract);
    const effects: TlbEffect[] = [];
    const ended = invalidateGuestTlb(vcpu.guest, vpid, CONTRACTS[contract], required, (effect) =>
      effects.push(effect),
    );
    expect(vcpu).toEqual(loaded(contract));
    for (const effect of effects) affect(vcpu.tlbs, effect);
    return { vcpu, ended, effects };
  };

  it.each(VPIDS)('tells of %s what each of its rows drops', (vpid) => {
    const { effects } = invalidated('sdm', vpid, [single(0), address]);
    expect(effects).toEqual([single(0), address].map((drops) => ({ on: 'guest', vpid, drops })));
  });

  it.each(VPIDS)('ends refills under %s alone, once for all rows', (vpid) => {
    const { vcpu, effects } = invalidated('kvm', vpid, [single(0), address, single(2)]);
    expect(effects.filter(({ on }) => on === 'refills')).toMatchObject([{ vpid }]);
    for (const each of VPIDS)
      expect(vcpu.tlbs[each].loaded.map(formatCr3)).toEqual(each === vpid ? ['b|1'] : ['a|0', 'b|1']);
  });

  it.each([
    ['kvm', [single(0)], true],
    ['kvm', [address, single(7)], true],
    ['kvm', [address], false],
    ['kvm', [ALL], false],
    ['kvm', [], false],
    ['sdm', [single(0), ALL], false],
  ] as const)('by %s of %j tells whether any ends refills: %s', (contract, required, expected) => {
    const { ended, effects } = invalidated(contract, 'vpid01', required);
    expect([ended, effects.some(({ on }) => on === 'refills')]).toEqual([expected, expected]);
  });

  it('ends those of the PCID that a CR3 value had before the event', () => {
    const vcpu = loaded('kvm');
    const without = { ...vcpu.guest, cr4: { ...vcpu.guest.cr4, pcide: false } };
    for (const guest of [vcpu.guest, without]) {
      const { tlbs } = structuredClone(vcpu);
      invalidateGuestTlb(guest, 'vpid01', CONTRACTS.kvm, [single(0)], (effect) => affect(tlbs, effect));
      expect(tlbs.vpid01.loaded.map(formatCr3)).toEqual(guest === without ? [] : ['b|1']);
    }
  });
});

describe('the active CR3', () => {
  const told = (contract: Contract, ownVpid: boolean) => {
    const effects: TlbEffect[] = [];
    const { guest } = scene({}, SET_PCIDE, noflush('b|1')).vcpu;
    allowRefill({ ...guest, ownVpid }, contract, (effect) => effects.push(effect));
    return effects;
  };

  it.each([
    [false, 'vpid01'],
    [true, 'vpid02'],
  ] as const)('may be filled through later, under the VPID in use: of L2 %s, so %s', (ownVpid, vpid) => {
    expect(told(CONTRACTS.kvm, ownVpid)).toEqual([{ on: 'refills', vpid, begins: { space: 'b', low: 1 } }]);
  });

  it('may not by sdm, which knows no refill', () => {
    expect(told(CONTRACTS.sdm, false)).toEqual([]);
  });

  it('is the only one under any VPID while PCIDE=0', () => {
    const { vcpu } = scene({}, SET_PCIDE, noflush('b|1'));
    vcpu.tlbs.vpid02.loaded = [{ space: 'a', low: 0 }];
    const guest = { ...vcpu.guest, cr4: { ...vcpu.guest.cr4, pcide: false }, ownVpid: true };
    allowRefill(guest, CONTRACTS.kvm, (effect) => affect(vcpu.tlbs, effect));
    expect(VPIDS.map((vpid) => vcpu.tlbs[vpid].loaded.map(formatCr3))).toEqual([[], ['b|1']]);
  });
});

describe('what may be taken in', () => {
  const fills = (here: Scene, vpid: Vpid) =>
    guestFills(here, vpid).map(({ pcid, page, frame }) => `${pcid} ${page} ${frame}`);
  const apart = (contract: ContractName, pcide: boolean) => {
    const before = [writePte('b:u0', 'f2'), movCr4({ pcide })];
    const here = scene({ layout: 'vpids', contract, bounds: { spaces: 2 } }, ...before, {
      kind: 'nested',
      cpu: 0,
      action: 'enter',
      space: 'b',
      vpid: 'same',
    });
    expect(here.vcpu.guest.ownVpid).toBe(true);
    return here;
  };

  it.each([
    ['sdm', true],
    ['sdm', false],
    ['kvm', false],
  ] as const)(
    'by %s with PCIDE %s comes through the active CR3, under the VPID in use',
    (contract, pcide) => {
      const here = apart(contract, pcide);
      expect([fills(here, 'vpid01'), fills(here, 'vpid02')]).toEqual([[], ['0 u0 f2']]);
    },
  );

  it('by kvm comes through what was loaded under each VPID', () => {
    const here = apart('kvm', true);
    expect([fills(here, 'vpid01'), fills(here, 'vpid02')]).toEqual([['0 u0 f1'], ['0 u0 f2']]);
    here.run(writePte('a:u0', 'f2'));
    expect(fills(here, 'vpid01')).toEqual(['0 u0 f2']);
  });

  it('is tagged by the CR3 that it comes through, and global by its table while PGE=1', () => {
    const here = scene({ layout: 'kernel' }, movCr4({ pcide: true, pge: true }), noflush('b|1'));
    expect(fills(here, 'vpid01').sort()).toEqual(['0 u0 f1', '1 u0 f1', 'global k0 f1', 'global k0 f1']);
  });
});
