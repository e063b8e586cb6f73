import { describe, expect, it } from 'vitest';
import { processor } from '../../../spec/architecture/processor.ts';
import type { Contract } from '../../../spec/contracts/contract.ts';
import { CONTRACTS, type ContractName, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { HOST_ACTIONS } from '../../../spec/events/event.ts';
import { type Tlb, VPIDS, type Vpid, type VpidTlbs } from '../../../spec/state/tlb.ts';
import { affect, EVERY_ENTRY, type TlbEffect } from '../../../spec/state/tlb-effects.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { access, invpcidAll, movCr3, SET_PCIDE, scene, writePte } from '../helpers.ts';

const enter = (vpid?: 'same' | 'new', fails?: true): Event => ({
  kind: 'nested',
  cpu: 0,
  action: 'enter',
  space: 'a',
  ...(vpid && { vpid }),
  ...(fails && { fails }),
});
const EXIT: Event = { kind: 'nested', cpu: 0, action: 'exit', space: 'a' };
const INVVPID: Event = { kind: 'nested', cpu: 0, action: 'invvpid' };
const host = (action: (typeof HOST_ACTIONS)[number]): Event => ({ kind: 'host', cpu: 0, action });

/** With something in every TLB, L2 running under a VPID of its own or not. */
function busy(ownVpid: boolean): Vcpu {
  const { vcpu } = scene({ layout: 'vpids' });
  const one = (frame: string): Tlb => [{ pcid: 0, page: 'u0', frame }];
  for (const [i, vpid] of VPIDS.entries())
    Object.assign(vcpu.tlbs[vpid], {
      guest: one(`f${i}`),
      loaded: [{ space: 'a', low: i }],
      hardware: one(`f${i + 2}`),
      away: one(`f${i + 4}`),
    } satisfies VpidTlbs);
  vcpu.guest.ownVpid = ownVpid;
  return vcpu;
}

/** What an event makes of such a vCPU, and the effects that it told of. */
function carriedOut(event: Event, ownVpid: boolean, contract: Contract = CONTRACTS.kvm) {
  const vcpu = busy(ownVpid);
  const { world, machine } = scene({ layout: 'vpids' });
  const effects: TlbEffect[] = [];
  processor({ world: { ...world, contract }, machine, vcpu }, event, (effect) => {
    effects.push(effect);
    affect(vcpu.tlbs, effect);
  });
  return { vcpu, effects };
}

/** The guest TLB loses all under a VPID, and fills through no earlier CR3. */
const forgotten = (vpid: Vpid) => [
  { on: 'guest', vpid, drops: EVERY_ENTRY },
  { on: 'refills', vpid, ends: expect.any(Function) },
];

/** The vCPU as it was but for these edits. */
function edited(ownVpid: boolean, edit: (vcpu: Vcpu) => void): Vcpu {
  const vcpu = busy(ownVpid);
  edit(vcpu);
  return vcpu;
}

describe('a nested entry', () => {
  it('under the same VPID as before goes on with what is cached under it', () => {
    const { vcpu, effects } = carriedOut(enter('same'), false);
    expect(effects).toEqual([]);
    expect(vcpu).toEqual(busy(true));
  });

  it('under a new VPID finds nothing in the guest TLB, which loses nothing of L1', () => {
    const { vcpu, effects } = carriedOut(enter('new'), false);
    expect(effects).toEqual([
      { on: 'guest', vpid: 'vpid02', drops: { operation: 'invpcid all', ...EVERY_ENTRY } },
    ]);
    expect(vcpu).toEqual(
      edited(true, ({ tlbs }) => {
        tlbs.vpid02.guest = [];
      }),
    );
  });

  it('under a new VPID ends the refills of L2 where the contract has INVPCID all end them', () => {
    const contract = STRONGER_THAN_KVM.find(({ endedBy }) => endedBy['invpcid all']) as Contract;
    const { tlbs } = carriedOut(enter('new'), false, contract).vcpu;
    expect([tlbs.vpid01.loaded, tlbs.vpid02.loaded]).toEqual([[{ space: 'a', low: 0 }], []]);
  });

  it('that fails has filled the guest TLB under the VPID of L2 through its CR3, and leaves L1 in use', () => {
    const { vcpu, effects } = carriedOut(enter('new', true), false);
    const takes = [{ pcid: 0, page: 'u0', frame: 'f1' }];
    expect(effects.at(-1)).toEqual({ on: 'guest', vpid: 'vpid02', takes });
    expect(vcpu).toEqual(
      edited(false, ({ tlbs }) => {
        tlbs.vpid02.guest = takes;
      }),
    );
  });

  it('that fails with PCIDE=1 leaves its CR3 as one to fill through, by kvm alone', () => {
    const loaded = (contract: ContractName) => {
      const here = scene({ layout: 'vpids', contract, bounds: { spaces: 2 } }, SET_PCIDE, movCr3('b|1'));
      here.run(enter('same', true));
      expect([here.vcpu.guest.cr3, here.vcpu.guest.ownVpid]).toEqual([{ space: 'b', low: 1 }, false]);
      return here.vcpu.tlbs.vpid02.loaded;
    };
    expect([loaded('kvm'), loaded('sdm')]).toEqual([[{ space: 'a', low: 0 }], []]);
  });

  it('without a VPID stays under that of L1', () => {
    const { vcpu, effects } = carriedOut(enter(), false);
    expect(effects).toEqual([]);
    expect(vcpu).toEqual(busy(false));
  });
});

it.each([true, false])('a nested exit goes back to the VPID of L1, and keeps that of L2: own %s', (own) => {
  const { vcpu, effects } = carriedOut(EXIT, own);
  expect(effects).toEqual([]);
  expect(vcpu).toEqual(busy(false));
});

it('INVVPID takes all from the guest TLB under the VPID of L2; the hardware is for KVM to flush', () => {
  const { vcpu, effects } = carriedOut(INVVPID, false);
  expect(effects).toEqual(forgotten('vpid02'));
  expect(vcpu).toEqual(
    edited(false, ({ tlbs }) => {
      Object.assign(tlbs.vpid02, { guest: [], loaded: [] });
    }),
  );
});

describe('the host', () => {
  it('by INIT ends L2, and takes all from the guest TLB under every VPID', () => {
    const { vcpu, effects } = carriedOut(host('init'), true);
    expect(effects).toEqual(VPIDS.flatMap(forgotten));
    expect(vcpu).toEqual(
      edited(false, ({ tlbs }) => {
        for (const vpid of VPIDS) Object.assign(tlbs[vpid], { guest: [], loaded: [] });
      }),
    );
  });

  it.each([true, false])('by a migration exchanges the hardware TLBs of every VPID: own %s', (own) => {
    const { vcpu, effects } = carriedOut(host('migrate'), own);
    expect(effects).toEqual([{ on: 'cpus' }]);
    expect(vcpu).toEqual(
      edited(own, ({ tlbs }) => {
        for (const vpid of VPIDS) {
          const { hardware, away } = tlbs[vpid];
          Object.assign(tlbs[vpid], { hardware: away, away: hardware });
        }
      }),
    );
  });

  it('may make the next entry fail', () => {
    const { vcpu, effects } = carriedOut(host('fail-entry'), true);
    expect(effects).toEqual([]);
    expect(vcpu).toEqual(
      edited(true, (one) => {
        one.entryFails = true;
      }),
    );
  });

  it('does no other thing here', () => {
    const others = HOST_ACTIONS.filter((action) => !['init', 'migrate', 'fail-entry'].includes(action));
    expect(others).toEqual(['zap-all', 'flush-guest', 'log-dirty']);
    for (const action of others)
      expect(carriedOut(host(action), true)).toEqual({ vcpu: busy(true), effects: [] });
  });
});

it.each([access('u0'), writePte('a:u0', 'f2'), movCr3('a'), invpcidAll])(
  '$kind changes neither VPID nor CPU',
  (event) => {
    for (const own of [true, false]) expect(carriedOut(event, own)).toEqual({ vcpu: busy(own), effects: [] });
  },
);
