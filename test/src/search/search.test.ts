import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { EVENT_KINDS } from '../../../spec/events/event.ts';
import { DECISION_NAMES, type Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { SOMETIMES } from '../../../spec/properties/sometimes.ts';
import { REQUESTS } from '../../../spec/state/requests.ts';
import { ENGINES, type EngineName } from '../../../src/engine/engines.ts';
import { replay } from '../../../src/replay/replay.ts';
import type { Limits } from '../../../src/search/limits.ts';
import { type SearchInput, search } from '../../../src/search/search.ts';

const withoutEnd = async () => null;

function input(
  kernel: Kernel,
  layout: LayoutName,
  limits: Partial<Limits>,
  engine: EngineName = 'in-place',
): SearchInput {
  return {
    world: { layout: buildLayout(LAYOUTS[layout]), kernel, contract: CONTRACTS.kvm },
    engine: ENGINES[engine],
    always: ALWAYS,
    sometimes: SOMETIMES,
    limits: { maxStates: Number.POSITIVE_INFINITY, reached: withoutEnd, ...limits },
  };
}

describe('search', () => {
  it('finds the same with either engine', async () => {
    const limits = { maxStates: 3000 };
    const inPlace = await search(input(KERNELS['v6.12'], 'minimal', limits));
    expect(await search(input(KERNELS['v6.12'], 'minimal', limits, 'spec'))).toEqual(inPlace);
    expect(await search(input(KERNELS['v6.12'], 'minimal', limits))).toEqual(inPlace);
  });

  it('stops at the limit on states, and says that it is not complete', async () => {
    const result = await search(input(KERNELS.patch, 'minimal', { maxStates: 500 }));
    expect(result).toMatchObject({ states: 500, complete: false, stoppedBy: 'states', violations: [] });
  });

  it.each(['memory', 'time', 'interrupt'] as const)(
    'stops when the outside world says so: %s',
    async (reason) => {
      let asked = 0;
      const reached = async () => (++asked === 2 ? reason : null);
      const result = await search(input(KERNELS.patch, 'minimal', { reached }));
      expect(result).toMatchObject({ complete: false, stoppedBy: reason });
      expect(result.transitions).toBe(2 * 4096);
    },
  );

  it('reports traces that break safety when they are replayed, and not before their last event', async () => {
    const subject = input(KERNELS['v5.13'], 'minimal', {});
    const [violation] = (await search(subject)).violations;
    const { steps } = replay(subject.world, violation?.trace ?? []);
    const stale = steps.map(({ breaches }) =>
      breaches.some(({ property }) => property === violation?.property),
    );
    expect(stale).toEqual([false, false, false, false, true]);
  });

  it('says how far it has come', async () => {
    const seen: number[] = [];
    await search({
      ...input(KERNELS.naive, 'minimal', { maxStates: 8000 }),
      onProgress: ({ states }) => seen.push(states),
    });
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

/** A record that notes which of its decisions are read. */
function recording(kernel: Kernel, read: Set<string>): Kernel {
  return new Proxy(kernel, {
    get: (target, name) => {
      read.add(String(name));
      return Reflect.get(target, name);
    },
  });
}

describe('nothing in the model is idle', () => {
  it('reads every decision', async () => {
    const read = new Set<string>();
    for (const layout of ['minimal', 'kernel', 'deep', 'roles'] as const) {
      await search(input(recording(KERNELS['v6.12'], read), layout, { maxStates: 4000 }));
    }
    expect([...read].sort()).toEqual([...DECISION_NAMES].sort());
  });

  it('carries out every kind of event and raises every request', async () => {
    const kinds = new Set<string>();
    const requests = new Set<string>();
    const watch: SearchInput['sometimes'][number] = {
      name: 'watch',
      doc: 'sees every step and is witnessed by none',
      witnessedBy: (_, { event, exit }) => {
        kinds.add(event.kind);
        for (const request of exit.requests) requests.add(request);
        return false;
      },
    };
    for (const [kernel, layout] of [
      ['v6.12', 'roles'],
      ['v6.12', 'deep'],
      ['patch', 'deep'],
    ] as [KernelName, LayoutName][]) {
      await search({ ...input(KERNELS[kernel], layout, { maxStates: 4000 }), sometimes: [watch] });
    }
    expect([...kinds].sort()).toEqual([...EVENT_KINDS].sort());
    expect([...requests].sort()).toEqual([...REQUESTS].sort());
  });
});
