import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { initialMachine } from '../../../spec/layouts/initial.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { OPTIMISATIONS, type Optimisation } from '../../../spec/properties/optimisations.ts';
import { step } from '../../../spec/step/step.ts';
import { keptOptimisations } from '../../../src/cost/optimisations.ts';
import { expectKept, KEPT } from './kept.ts';

/** Reachable states with one frame, so that stores change nothing that is seen; all frames are in the long tests. */
const STATES: Readonly<Record<KernelName, number>> = {
  'v5.12': 6320,
  'v5.13': 6320,
  'v5.14': 4376,
  'patch-base': 4376,
  patch: 6320,
  'v5.16': 6736,
  'v5.18': 9540,
  'v6.1': 9540,
  'v6.4': 9540,
  'v6.12': 9540,
  naive: 304,
};
const SMALL = { userPages: 0, frames: 1 } as const;
const WORLD = { layout: buildLayout(LAYOUTS.kernel), contract: CONTRACTS.kvm };

it.each(Object.entries(STATES) as [KernelName, number][])(
  'what KVM is spared from every reachable state: %s',
  (kernel, states) => expectKept(kernel, 'kernel', SMALL, states),
);

it('the spec counts the same from its initial state', () => {
  for (const kernel of ['v5.13', 'v5.14', 'patch', 'v5.16', 'v6.12', 'naive'] as const) {
    const kept = OPTIMISATIONS.map((optimisation) => (keepsBySpec(kernel, optimisation) ? 'a' : '-')).join(
      ' ',
    );
    expect([kernel, kept]).toEqual([kernel, KEPT[kernel]]);
  }
});

function keepsBySpec(kernel: KernelName, { prepare, measured, spares }: Optimisation): boolean {
  const world = { ...WORLD, kernel: KERNELS[kernel] };
  const machine = initialMachine(world);
  for (const event of prepare(world.layout)) expect(step(world, machine, event).outcome).toBe('ok');
  return measured(world.layout).every((event) => {
    expect(step(world, machine, event).outcome).toBe('ok');
    return spares.every((name) => machine.work[name] === 0);
  });
}

it('one that is kept from some states only is kept sometimes', () => {
  const cached: Optimisation = {
    name: 'a switch loads no root',
    doc: '',
    prepare: () => [],
    measured: () => [{ kind: 'mov-cr3', cpu: 0, space: 'b', low: 0, noflush: false }],
    spares: ['rootLoads'],
  };
  const layout = buildLayout(LAYOUTS.minimal, { pcids: 1, frames: 1 });
  expect(keptOptimisations(KERNELS.patch, layout, [cached])).toEqual({
    states: 144,
    kept: [{ name: cached.name, from: 96, verdict: 'sometimes' }],
  });
});

it('a kernel that frees prev_roots at a PCID-less flush after all breaks the first', () => {
  const mutant = { ...KERNELS.patch, pcidlessInvalidation: 'free-prev-roots' } as const;
  const { kept } = keptOptimisations(mutant, buildLayout(LAYOUTS.kernel, SMALL), OPTIMISATIONS);
  expect(kept.map(({ verdict }) => verdict)).toEqual(['never', 'always', 'never', 'never']);
});
