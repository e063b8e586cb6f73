import type { Event } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { formatCr3 } from '../../../spec/state/registers.ts';
import type { Root, Vcpu } from '../../../spec/state/vcpu.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import type { Adapter, Observed } from '../../../src/testing/index.ts';
import { type WorldOptions, worldFrom } from '../../../src/testing/options.ts';

/** The specification itself as an implementation under test, with KVM's design and one kernel's decisions. */
export class SpecAdapter implements Adapter {
  readonly #options: WorldOptions;
  #world!: World;
  #machine!: Machine;

  constructor(kernel: NonNullable<WorldOptions['kernel']>) {
    this.#options = { kernel };
  }

  reset(layout: Layout): void {
    this.#world = { ...worldFrom(this.#options, 'v6.12'), layout };
    this.#machine = initialMachine(this.#world);
  }

  apply(event: Event): Observed {
    const { outcome, sees } = step(this.#world, this.#machine, event);
    return event.kind === 'access' ? { outcome, sees } : { outcome };
  }

  observe(cpu: number) {
    const { root, prevRoots } = (this.#machine.vcpus[cpu] as Vcpu).mmu;
    return { root: nameOf(root), prevRoots: prevRoots.map(nameOf) };
  }

  state(): string {
    const { memory, shadow, writable, vcpus } = this.#machine;
    return JSON.stringify([memory, shadow, writable, vcpus]);
  }
}

function nameOf(root: Root | null): string | null {
  return root === null ? null : formatCr3(root.pgd);
}
