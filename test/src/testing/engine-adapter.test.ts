import { expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { formatCr3 } from '../../../spec/state/registers.ts';
import type { Root } from '../../../spec/state/vcpu.ts';
import { REFUSED } from '../../../src/checker/model.ts';
import { type MemoMachine, memoMachine, Unpacker } from '../../../src/engine/index.ts';
import { type Adapter, lockstep, type Observed } from '../../../src/testing/index.ts';
import { worldFrom } from '../../../src/testing/options.ts';
import { formatEvent } from '../../../src/trace/print.ts';

const KERNEL = 'v6.12';

/** The engine as an implementation under test: what another implementation of KVM's design would write. */
class EngineAdapter implements Adapter {
  #layout!: Layout;
  #machine!: MemoMachine;
  #row!: Int32Array;

  reset(layout: Layout): void {
    if (layout !== this.#layout) {
      const world = { ...worldFrom({ kernel: KERNEL }, KERNEL), layout };
      this.#machine = memoMachine(world, 'whole', { tells: true });
      this.#row = new Int32Array(this.#machine.rows.words);
    }
    this.#layout = layout;
    this.#machine.initial(this.#row);
  }

  async apply(event: Event): Promise<Observed> {
    const { stepper } = this.#machine;
    const number = this.#layout.events.findIndex((each) => formatEvent(each) === formatEvent(event));
    const before = this.#row.slice();
    if (stepper.step(this.#row, number, 0) === REFUSED) {
      this.#row.set(before);
      return { outcome: '#GP' };
    }
    if (event.kind !== 'access') return { outcome: 'ok' };
    return { outcome: 'ok', sees: stepper.framesSeen() };
  }

  observe(cpu: number) {
    const machine = new Unpacker(this.#layout, this.#machine.rows).unpack(this.#row);
    const { root, prevRoots } = machine.vcpus[cpu]?.mmu ?? { root: null, prevRoots: [] };
    return { root: nameOf(root), prevRoots: prevRoots.map(nameOf) };
  }

  state(): string {
    return String(this.#row);
  }
}

function nameOf(root: Root | null): string | null {
  return root === null ? null : formatCr3(root.pgd);
}

it('the engine agrees with its kernel in every state of a small layout, and answers in its own time', async () => {
  const report = await lockstep(new EngineAdapter(), {
    kernel: KERNEL,
    bounds: { spaces: 1, pcids: 1 },
    depth: Number.POSITIVE_INFINITY,
    runs: 0,
  });
  expect(report.failure).toBeNull();
  expect(report.exhaustive).toMatchObject({ complete: true, states: 44 });
});

it('the engine agrees with its kernel on random traces of the events that its rows have room for', async () => {
  const options = { kernel: KERNEL, layout: 'kernel', bounds: { userPages: 2 } } as const;
  const known = new Set(worldFrom(options, KERNEL).layout.events.map(formatEvent));
  const only = (event: Event) => known.has(formatEvent(event));
  const { failure, random } = await lockstep(new EngineAdapter(), { ...options, runs: 150, only });
  expect([failure, random?.traces]).toEqual([null, 150]);
});
