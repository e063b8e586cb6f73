import { heldBy } from '../../spec/properties/judge.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import type { World } from '../../spec/world/world.ts';
import type { Found, Plain, State } from './plain-search.ts';

/** What a search counts of the states that it tells apart. */
export interface Counts {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** By number of an event: in how many states it was carried out. */
  readonly fired: readonly number[];
}

/** The counts where states count as one of which `alike` says the same: of each sort the first one's steps count. */
export function countsOf({ states }: Plain, events: number, alike: (text: string) => string): Counts {
  const sorts = new Map<string, Found>();
  for (const [text, found] of states) {
    const sort = alike(text);
    if (!sorts.has(sort)) sorts.set(sort, found);
  }
  const found = [...sorts.values()];
  const fired = Array.from({ length: events }, () => 0);
  for (const { taken } of found) for (const event of taken) (fired[event] as number)++;
  return {
    states: sorts.size,
    transitions: fired.reduce((sum, count) => sum + count, 0),
    depth: found.reduce((deepest, { distance }) => Math.max(deepest, distance), 0),
    fired,
  };
}

/** What a search with TLBs apart may tell states apart by: all but the TLBs, with or without the CR3 values loaded. */
export type Bookkeeping = 'loaded' | 'no TLBs';

/** A state without what TLBs hold. */
export function bookkeepingOf(text: string, keeps: Bookkeeping): string {
  const { machine, memory }: State = JSON.parse(text);
  const vcpus = machine.vcpus.map(({ tlbs, ...rest }) => ({
    ...rest,
    ...(keeps === 'loaded' && { loaded: Object.values(tlbs).map(({ loaded }) => loaded) }),
  }));
  return JSON.stringify({ machine: { ...machine, vcpus }, memory });
}

/** The facts about TLBs: for each bookkeeping state and each translation, the different ways in which it is held. */
export function countFacts({ states }: Plain, { layout }: World, keeps: Bookkeeping): number {
  const facts = new Set<string>();
  for (const text of states.keys()) {
    const { machine }: State = JSON.parse(text);
    const state = bookkeepingOf(text, keeps);
    for (const cpu of machine.vcpus.keys()) {
      const { tlbs } = machine.vcpus[cpu] as Vcpu;
      for (const held of heldBy(layout, machine, cpu, layout.pcids)) {
        const through = Object.values(tlbs).map(({ loaded }) =>
          loaded.filter(({ low }) => low === held.pcid),
        );
        facts.add(JSON.stringify([state, held, keeps === 'no TLBs' && through]));
      }
    }
  }
  return facts.size;
}
