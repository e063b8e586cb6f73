import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { OPTIMISATIONS, type Optimisation } from '../../../spec/properties/optimisations.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import { keptOptimisations } from '../../../src/cost/optimisations.ts';
import { distinctKernels } from '../../distinct-kernels.ts';
import { pinsBeside } from '../../pins.ts';
import { keptInWords } from './kept.ts';

const check = pinsBeside(import.meta.url);
/** One frame, so that stores change nothing that is seen; the long tests have two. */
const SMALL = { userPages: 0, frames: 1 } as const;
const WORLD = { layout: buildLayout(LAYOUTS.kernel), contract: CONTRACTS.kvm };

/** `a` always, `-` never; in the order of OPTIMISATIONS. */
const KEPT = {
  'v5.13': 'a a - -',
  'v5.14': '- a - -',
  patch: 'a a - -',
  'v5.16': 'a a a a',
  'v6.12': 'a a a a',
  naive: '- - - -',
} as const;

it.each(distinctKernels().map(({ kernel }) => kernel))(
  'what KVM is spared from every reachable state: %s',
  (kernel) => check(kernel, keptInWords(kernel, 'kernel', SMALL)),
);

it('the spec counts the same from its initial state', () => {
  for (const [kernel, kept] of Object.entries(KEPT) as [KernelName, string][]) {
    const letters = OPTIMISATIONS.map((optimisation) => (keepsBySpec(kernel, optimisation) ? 'a' : '-'));
    expect([kernel, letters.join(' ')]).toEqual([kernel, kept]);
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
