import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import type { DecisionName } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { variablesOf } from '../../../spec/proof/logic.ts';
import { leftOut, unknownDecisions } from '../../../spec/proof/modelled.ts';
import { kindsOf, type Transition, transition } from '../../../spec/proof/transitions.ts';
import { LEVEL_COUNTS, vocabularyOf } from '../../../spec/proof/vocabulary.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import { runJob } from '../../../src/check/job.ts';
import { Random } from '../../../src/checker/random.ts';
import { coveredEvents } from '../../../src/prove/events.ts';
import { nameOf } from '../../../src/prove/houdini.ts';
import { symbolsIn } from '../../../src/prove/smt-lib.ts';
import { limits } from '../check/limits.ts';
import { searchBeside, traceBeside, WIDE, walkBeside, worldOf } from './beside.ts';

const wide = (kernel: keyof typeof KERNELS) => worldOf(KERNELS[kernel], 'kernel', WIDE);

/** The same on tables of three levels: a directory that all spaces share, and one of each. */
const deep = (kernel: keyof typeof KERNELS) => worldOf(KERNELS[kernel], 'deep', WIDE);

/** What no machine of the specification comes to: a root for a CR3 value, or a mode, that is not the one in use. */
const NEVER = ['mov-cr3', 'mov-cr3 noflush', 'nested enter', 'nested exit'].map(
  (event) => `${event} current`,
);

describe('the relations are the specification, in every step of', () => {
  it.each(Object.keys(KERNELS) as (keyof typeof KERNELS)[])('a walk of %s', (kernel) => {
    const { differences, kinds } = walkBeside(wide(kernel), 250, 1);
    expect(differences).toEqual([]);
    expect(kinds.size).toBeGreaterThan(15);
  });

  it.each(['v5.12', 'v5.18', 'v6.12', 'naive'] as const)('a walk of %s on three levels', (kernel) => {
    const { differences, kinds } = walkBeside(deep(kernel), 200, 1);
    expect(differences).toEqual([]);
    expect(kinds.size).toBeGreaterThan(15);
  });

  it.each(['minimal', 'deep'] as const)('every kind, on layout %s', (layout) => {
    const world = worldOf(KERNELS['v6.12'], layout, { pcids: 2 });
    const cpu = 0;
    const load = (space: string, low: number, noflush: boolean): Event => ({
      kind: 'mov-cr3',
      cpu,
      space,
      low,
      noflush,
    });
    const bits = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ pcide: n > 3, pge: n % 4 > 1, smep: n % 2 > 0 }));
    const cr4: Event[] = bits.flatMap((from) =>
      bits.flatMap((to) => [from, to].map((each) => ({ kind: 'mov-cr4' as const, cpu, bits: each }))),
    );
    const nested = (action: 'enter' | 'exit', space: string): Event => ({
      kind: 'nested',
      cpu,
      action,
      space,
    });
    const store: Event = { kind: 'write-dir', cpu, space: 'a', half: 'user', table: null };
    const top: Event = { ...store, table: world.layout.memory.a?.entries[0] ?? null };
    const { kinds, differences } = traceBeside(world, [
      { kind: 'page-fault', cpu, page: 'u0' },
      { kind: 'mov-cr0', cpu, wp: true },
      ...coveredEvents(world.layout),
      { kind: 'host', cpu, action: 'init' },
      ...cr4,
      ...[load('a', 0, false), load('b', 0, false), load('a', 0, false)],
      { kind: 'mov-cr4', cpu, bits: { pcide: true } },
      ...[load('b', 1, true), load('a', 0, true), load('a', 0, true), load('b', 1, false)],
      ...[store, store, store, top, top, top],
      ...[nested('enter', 'b'), nested('exit', 'b'), nested('enter', 'b'), nested('exit', 'b')],
    ]);
    expect(differences).toEqual([]);
    const all = kindsOf(world.kernel, world.layout.levels).map((kind) => nameOf({ kind }));
    expect(all.filter((kind) => !kinds.has(kind))).toEqual(NEVER);
  });

  it('a walk under contract sdm', () => {
    expect(walkBeside(worldOf(KERNELS.naive, 'kernel', WIDE, CONTRACTS.sdm), 150, 2).differences).toEqual([]);
  });

  it('a walk of a kernel that keeps its roots when a role changes', () => {
    const kernel = {
      ...KERNELS['v6.12'],
      roleChange: 'keep-roots',
      newPgdHit: 'always-sync-and-flush',
    } as const;
    expect(walkBeside(worldOf(kernel, 'kernel', WIDE), 250, 3).differences).toEqual([]);
  });

  it('every state that the checker reaches, every event in each', async () => {
    const bounds = { spaces: 1, pcids: 1 };
    const { differences, complete, states } = searchBeside(worldOf(KERNELS['v6.12'], 'minimal', bounds));
    expect([differences, complete]).toEqual([[], true]);
    const job = {
      kernel: KERNELS['v6.12'],
      contract: CONTRACTS.kvm,
      layout: LAYOUTS.minimal,
      bounds,
    } as const;
    const checked = await runJob({ ...job, tlbs: 'whole', flushesOrdered: false }, { limits: limits() });
    expect([checked.complete, states]).toEqual([true, checked.states]);
  });

  it('a trace in which a stale SPTE is replaced, which flushes every vCPU', () => {
    const kernel = { ...KERNELS['v6.12'], foundUnsync: 'no-sync' } as const;
    const { differences } = traceBeside(worldOf(kernel, 'shared', { vcpus: 2 }), [
      { kind: 'access', cpu: 0, page: 'u0' },
      { kind: 'access', cpu: 1, page: 'u0' },
      { kind: 'write-pte', cpu: 0, space: 'a', page: 'u0', frame: 'f2', emulated: false },
      { kind: 'mov-cr3', cpu: 0, space: 'b', low: 0, noflush: false },
      { kind: 'access', cpu: 0, page: 'u0' },
    ]);
    expect(differences).toEqual([]);
  });

  it.each(['deep', 'upper'] as const)('the first states of a search of %s, every event in each', (layout) => {
    const { steps, differences } = searchBeside(worldOf(KERNELS['v6.12'], layout, {}), 60);
    expect(differences).toEqual([]);
    expect(steps).toBeGreaterThan(1500);
  });

  it.each([
    ['patch', 'shared', { vcpus: 2 }, 12, 500],
    ['v6.12', 'nested', { spaces: 1, pcids: 1 }, 120, 3000],
  ] as const)(
    'the first states of %s on %s, every event in each',
    (kernel, layout, bounds, states, least) => {
      const { steps, differences } = searchBeside(worldOf(KERNELS[kernel], layout, bounds), states);
      expect(differences).toEqual([]);
      expect(steps).toBeGreaterThan(least);
    },
  );
});

describe('a fault in the relations is seen', () => {
  const [two, three] = [vocabularyOf(2), vocabularyOf(3)];
  const cases = [
    ...two.components.map((component) => ['two', component, wide('v5.18'), two.before] as const),
    ...three.components
      .filter((component) => component.endsWith('Directory'))
      .map((component) => ['three', component, deep('v5.18'), three.before] as const),
  ];

  it.each(cases)('on %s levels, that %s is left as it was', (_, component, world, before) => {
    const forgets = (of: Transition): Transition => ({
      ...of,
      after: { ...of.after, [component]: before[component] },
    });
    const found = [1, 2, 3, 4, 5, 6].some(
      (seed) => walkBeside(world, 1500, seed, forgets).differences.length > 0,
    );
    expect(found).toBe(true);
  });
});

describe('that a directory is linked by another decision is seen', () => {
  it.each([
    ['v6.12', 'nothing'],
    ['v5.14', 'request-flush'],
  ] as const)('%s: %s', (name, linkUnsyncChildren) => {
    const other = { ...KERNELS[name], linkUnsyncChildren };
    const decides = ({ kind }: Transition) => transition(other, CONTRACTS.kvm, kind);
    const found = [1, 2, 3].some(
      (seed) => walkBeside(deep(name), 1000, seed, decides).differences.length > 0,
    );
    expect(found).toBe(true);
  });
});

it.each(LEVEL_COUNTS)(
  'from which space hardware was filled steers no step, and nothing but hardware: %i',
  (levels) => {
    const { components, signatures } = vocabularyOf(levels);
    const isHardware = (name: string) => name === 'hardwareTlb' || name === 'awayTlb';
    for (const kernel of Object.values(KERNELS))
      for (const kind of kindsOf(kernel, levels)) {
        const { guard, after } = transition(kernel, CONTRACTS.kvm, kind);
        const others = components
          .filter((name) => !isHardware(name))
          .map((name) => after[name](...variablesOf(signatures[name].args)));
        const asked = symbolsIn([guard, ...others]).map(({ name }) => name);
        expect([nameOf({ kind }), asked.filter((name) => /^(hardware|away)Tlb/.test(name))]).toEqual([
          nameOf({ kind }),
          [],
        ]);
      }
  },
);

it.each([
  [2, wide],
  [3, deep],
] as const)('what the events ask on %i levels is what the relations know', (levels, worldFor) => {
  const asked = new Set<string>();
  for (const [name, kernel] of Object.entries(KERNELS)) {
    const world = worldFor(name as keyof typeof KERNELS);
    const machine = initialMachine(world);
    const watched = new Proxy(kernel, {
      get: (of, decision: DecisionName) => {
        asked.add(decision);
        return of[decision];
      },
    });
    const events = coveredEvents(world.layout);
    const random = new Random(7);
    for (let i = 0; i < 400; i++)
      step({ ...world, kernel: watched }, machine, events[random.below(events.length)] as Event);
  }
  for (const own of ['reducers', 'kvm']) asked.delete(own);
  expect(asked.size).toBeGreaterThan(25);
  expect(unknownDecisions([...asked])).toEqual([]);
  expect([...asked].filter((decision) => Object.hasOwn(leftOut(levels), decision))).toEqual([]);
});
