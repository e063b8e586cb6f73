import { expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { formatCr3 } from '../../../spec/state/registers.ts';
import type { Root } from '../../../spec/state/vcpu.ts';
import { REFUSED } from '../../../src/checker/model.ts';
import { type Core, coreEvent, createCore, initial, step, Unpacker } from '../../../src/core/index.ts';
import { type Adapter, lockstep, type Observed } from '../../../src/testing/index.ts';
import { worldFrom } from '../../../src/testing/options.ts';
import { formatEvent } from '../../../src/trace/print.ts';

const KERNEL = 'v6.12';

/** The fast core as an implementation under test: what another implementation of KVM's design would write. */
class CoreAdapter implements Adapter {
  #layout!: Layout;
  #core!: Core;

  reset(layout: Layout): void {
    if (layout !== this.#layout)
      this.#core = createCore({ ...worldFrom({ kernel: KERNEL }, KERNEL), layout }, true).core;
    this.#layout = layout;
    initial(this.#core);
  }

  async apply(event: Event): Promise<Observed> {
    const core = this.#core;
    const before = core.row.slice();
    if ((step(core, coreEvent(this.#layout, core.layout, event), 0) & REFUSED) !== 0) {
      core.row.set(before);
      return { outcome: '#GP' };
    }
    if (event.kind !== 'access') return { outcome: 'ok' };
    const seen = core.sees[0] ?? 0;
    return { outcome: 'ok', sees: this.#layout.frames.filter((_, i) => (seen & (1 << i)) !== 0) };
  }

  observe(cpu: number) {
    const machine = new Unpacker(this.#layout, this.#core.layout).unpack(this.#core.row);
    const { root, prevRoots } = machine.vcpus[cpu]?.mmu ?? { root: null, prevRoots: [] };
    return { root: nameOf(root), prevRoots: prevRoots.map(nameOf) };
  }

  state(): string {
    return String(this.#core.row.subarray(0, this.#core.layout.words));
  }
}

function nameOf(root: Root | null): string | null {
  return root === null ? null : formatCr3(root.pgd);
}

it('the core agrees with its kernel in every state of a small layout, and answers in its own time', async () => {
  const report = await lockstep(new CoreAdapter(), {
    kernel: KERNEL,
    bounds: { spaces: 1, pcids: 1 },
    depth: Number.POSITIVE_INFINITY,
    runs: 0,
  });
  expect(report.failure).toBeNull();
  expect(report.exhaustive).toMatchObject({ complete: true, states: 44 });
});

it('the core agrees with its kernel on random traces of the events that its rows have room for', async () => {
  const options = { kernel: KERNEL, layout: 'kernel', bounds: { userPages: 2 } } as const;
  const known = new Set(worldFrom(options, KERNEL).layout.events.map(formatEvent));
  const only = (event: Event) => known.has(formatEvent(event));
  const { failure, random } = await lockstep(new CoreAdapter(), { ...options, runs: 150, only });
  expect([failure, random?.traces]).toEqual([null, 150]);
});
