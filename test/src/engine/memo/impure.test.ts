import { describe, expect, it } from 'vitest';
import { invlpg } from '../../../../spec/reducers/invlpg.ts';
import { movCr3 } from '../../../../spec/reducers/mov-cr3.ts';
import type { Here, Overrides } from '../../../../spec/world/world.ts';
import { search } from '../../../../src/checker/search.ts';
import { memoMachine, modelOf } from '../../../../src/engine/memo/model.ts';
import { EngineError } from '../../../../src/engine/views/engine-error.ts';
import { limits } from '../../check/limits.ts';
import { worldOf } from '../scopes.ts';

/** A search under a kernel with reducers of its own. */
async function searchWith(reducers: Overrides, tlbs: 'apart' | 'whole') {
  const world = worldOf({
    layout: 'minimal',
    bounds: { pcids: 1, userPages: 2, cachedRoots: 1 },
    kernel: 'v6.12',
  });
  const memo = memoMachine({ ...world, kernel: { ...world.kernel, reducers } }, tlbs);
  return search({
    model: modelOf(memo, 'a model'),
    source: { module: '', data: null },
    symmetry: false,
    workers: 1,
    limits: limits(),
  });
}

/** Flushes or not, as somebody else says. */
const flushing = (when: () => boolean) => (here: Here, event: Parameters<typeof invlpg.kvm>[1]) => {
  invlpg.kvm(here, event);
  if (when()) here.flush({ vpid: 'vpid01', page: 'every' });
};

/** Drops the root or not. */
const dropping = (when: () => boolean) => (here: Here, event: Parameters<typeof movCr3.kvm>[1]) => {
  movCr3.kvm(here, event);
  if (when()) here.vcpu.mmu.prevRoots = here.vcpu.mmu.prevRoots.map(() => null);
};

/** What a reducer could go by that is not of the state, and about which no report of it can be sure to be told. */
const SOURCES: Readonly<Record<string, () => () => boolean>> = {
  'a random number': () => () => Math.random() < 0.5,
  'how often it was called': () => {
    let calls = 0;
    return () => calls++ % 2 === 0;
  },
  'whether it was called before': () => {
    let called = false;
    return () => {
      const before = called;
      called = true;
      return before;
    };
  },
};

const IMPURE = Object.entries(SOURCES).flatMap(([by, make]) =>
  (['apart', 'whole'] as const).flatMap((tlbs) => [
    [
      'invlpg, in what it flushes',
      by,
      tlbs,
      'invlpg',
      () => ({ invlpg: { ...invlpg, kvm: flushing(make()) } }),
    ] as const,
    [
      'mov-cr3, in what it writes',
      by,
      tlbs,
      'mov-cr3',
      () => ({ 'mov-cr3': { ...movCr3, kvm: dropping(make()) } }),
    ] as const,
  ]),
);

describe('a reducer that is no function of the state is named', () => {
  it.each(IMPURE)('%s, goes by %s, TLBs %s', async (_, __, tlbs, kind, reducers) => {
    const searched = searchWith(reducers(), tlbs);
    await expect(searched).rejects.toThrow(EngineError);
    await expect(searched).rejects.toThrow(`reducer ${kind} is no function of the state`);
  });

  it('also if it faults by chance', async () => {
    const faults = SOURCES['how often it was called']?.() as () => boolean;
    const searched = searchWith({ invlpg: { ...invlpg, faults } }, 'whole');
    await expect(searched).rejects.toThrow('reducer invlpg is no function of the state');
  });

  it('also if it reads by chance what it then makes nothing of', async () => {
    const when = SOURCES['how often it was called']?.() as () => boolean;
    const kvm: typeof invlpg.kvm = (here, event) => {
      if (when()) void here.machine.memory['b.u']?.entries[0];
      invlpg.kvm(here, event);
    };
    const searched = searchWith({ invlpg: { ...invlpg, kvm } }, 'whole');
    await expect(searched).rejects.toThrow('reducer invlpg is no function of the state');
  });
});

describe("a reducer of one's own is refused", () => {
  const REFUSED: readonly (readonly [string, typeof invlpg.kvm, string])[] = [
    [
      'that looks into TLBs by way of the machine',
      ({ machine }) => void (machine.vcpus[0] as unknown as { tlbs: object }).tlbs,
      "KVM's functions have no sight of TLBs",
    ],
    [
      'that has more cached roots than there are slots',
      ({ vcpu }) => void vcpu.mmu.prevRoots.push(null),
      'prev_roots',
    ],
    [
      'that makes a shadow page of a page that does not exist',
      ({ machine }) => {
        machine.shadow['z@wp'] = { ...(machine.shadow['a@wp'] as object) } as never;
      },
      'this layout has no place for it',
    ],
    [
      'that sets a register that no event of the layout sets',
      ({ vcpu }) => {
        vcpu.guest.cr4 = { ...vcpu.guest.cr4, pge: true };
      },
      'this layout has no place for it',
    ],
  ];

  it.each(REFUSED)('%s', async (_, kvm, message) => {
    const searched = searchWith({ invlpg: { ...invlpg, kvm } }, 'apart');
    await expect(searched).rejects.toThrow(EngineError);
    await expect(searched).rejects.toThrow(message);
  });
});
