import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import { KVM_FUNCTION_NAMES } from '../../../spec/define/kvm-functions.ts';
import type { Event } from '../../../spec/events/event.ts';
import * as kvm from '../../../spec/kvm/index.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { Here, OwnFunctions } from '../../../spec/world/world.ts';
import { SCOPES } from '../../../src/check/scopes.ts';
import { Random } from '../../../src/checker/random.ts';

/** Every function of KVM replaced by one that notes that it is called, and goes on to what it replaces. */
function noting(called: Set<string>): OwnFunctions {
  const original = new Map(
    Object.entries(kvm).flatMap(([name, each]) =>
      'original' in each ? [[name, each.original] as const] : [],
    ),
  );
  return Object.fromEntries(
    [...original].map(([name, work]) => [
      name,
      (here: Here, ...args: never[]) => {
        called.add(name);
        return (work as OwnFunctions[string])(here, ...args);
      },
    ]),
  );
}

it('the small layouts call every function of KVM that v6.12 can call', () => {
  const called = new Set<string>();
  const kernel = defineKernel({ base: 'v6.12', failedNestedEntry: 'serves', kvm: noting(called) });
  for (const { layout: name, bounds } of SCOPES) {
    const layout = buildLayout(LAYOUTS[name], bounds);
    const world = { kernel, layout, contract: CONTRACTS.kvm };
    const random = new Random(3);
    let machine: Machine = initialMachine(world);
    for (let i = 0; i < 2000; i++) {
      if (i % 40 === 0) machine = initialMachine(world);
      step(world, machine, layout.events[random.below(layout.events.length)] as Event);
    }
  }
  expect(KVM_FUNCTION_NAMES.filter((name) => !called.has(name))).toEqual([]);
});
