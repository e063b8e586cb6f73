import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { EVENT_KINDS } from '../../../spec/events/event.ts';
import { DECISION_NAMES } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { CASES } from '../../../spec/properties/cases.ts';
import { REQUESTS } from '../../../spec/state/requests.ts';
import type { Coverage, Exercised } from '../../../src/check/coverage.ts';
import { type CheckJob, runJob, sampleJob } from '../../../src/check/job.ts';
import type { CheckResult } from '../../../src/check/result.ts';
import { replay } from '../../../src/replay/replay.ts';
import { limits } from './limits.ts';

function jobOf(kernel: KernelName, layout: LayoutName, some: Partial<CheckJob> = {}): CheckJob {
  return {
    kernel: KERNELS[kernel],
    contract: CONTRACTS.kvm,
    layout: LAYOUTS[layout],
    bounds: {},
    tlbs: 'apart',
    flushesOrdered: false,
    ...some,
  };
}

/** Whether the property that a violation is of breaks, after each event of its trace. */
function breaksAt({ kernel, contract, layout, bounds }: CheckJob, { violations }: CheckResult): boolean[] {
  const [violation] = violations;
  const world = { layout: buildLayout(layout, bounds), kernel, contract };
  return replay(world, violation?.trace ?? []).steps.map(({ breaches }) =>
    breaches.some(({ property }) => property === violation?.property),
  );
}

describe('the memo finds what either gear finds', () => {
  /** What does not depend on it: all but notes, which only the memo takes of all, and also of a few steps past a limit. */
  const lasting = ({ coverage, ...rest }: CheckResult) => ({ ...rest, fired: coverage.fired, bytes: null });

  it.each([
    ['v6.12', 'minimal'],
    ['v5.13', 'minimal'],
    ['v6.12', 'kernel'],
    ['patch', 'shared'],
    ['v5.14', 'deep'],
    ['v6.12', 'smp'],
    ['patch', 'roles'],
  ] as [KernelName, LayoutName][])('%s, %s', async (kernel, layout) => {
    const found: object[] = [];
    for (const gear of [undefined, 'in-place', 'spec'] as const) {
      const job = jobOf(kernel, layout, { tlbs: 'whole', gear });
      found.push(lasting(await runJob(job, { limits: limits({ maxStates: 50 }) })));
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it('and consults what either gear consults', async () => {
    const bounds = { spaces: 1, pcids: 1, cachedRoots: 0 };
    const found: object[] = [];
    for (const gear of [undefined, 'in-place', 'spec'] as const) {
      const { complete, coverage } = await runJob(jobOf('v6.12', 'minimal', { bounds, gear }), {
        limits: limits(),
      });
      expect(complete).toBe(true);
      found.push(coverage.decisions);
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it.each([undefined, 'in-place'] as const)('flushes compared too, with gear %s', async (gear) => {
    const job = jobOf('patch', 'minimal', { gear, flushesOrdered: true });
    const { violations, states, tlbs } = await runJob(job, { limits: limits({ maxStates: 150 }) });
    expect([violations, states, tlbs]).toEqual([[], 150, 'whole']);
  });
});

describe('a search of KVM', () => {
  it('stops at the limit on states, and says that it is not complete', async () => {
    const job = jobOf('patch', 'minimal', { tlbs: 'whole' });
    const result = await runJob(job, { limits: limits({ maxStates: 500 }) });
    expect(result).toMatchObject({ states: 500, complete: false, stoppedBy: 'states', violations: [] });
  });

  it.each(['memory', 'time', 'interrupt'] as const)(
    'stops when the outside world says so: %s',
    async (reason) => {
      let asked = 0;
      const reached = async () => (++asked === 2 ? reason : null);
      const result = await runJob(jobOf('patch', 'minimal'), { limits: limits({ reached }) });
      expect(result).toMatchObject({ complete: false, stoppedBy: reason });
      expect(asked).toBe(2);
      expect(result.states).toBeLessThan(31_408);
    },
  );

  it('ends with the first violation of safety, and puts it first', async () => {
    const job = jobOf('v5.13', 'minimal');
    const result = await runJob(job, { limits: limits() });
    expect(result).toMatchObject({ complete: false, stoppedBy: null });
    const found = result.violations.map(({ property, trace }) => [property, trace.length]);
    expect(found).toEqual([
      ['vtlb-within-guest-tlb', 5],
      ['prev-roots-outside-vtlb', 2],
    ]);
    for (const { message } of result.violations) expect(message).not.toBe('');
  });

  it.each([false, true])(
    'reports traces that break safety when they are replayed, and not before their last event; symmetry: %s',
    async (symmetry) => {
      const job = jobOf('v5.13', 'minimal');
      const result = await runJob(job, { limits: limits(), symmetry });
      expect(result.symmetry).toBe(symmetry);
      expect(breaksAt(job, result)).toEqual([false, false, false, false, true]);
    },
  );

  it('says how far it has come', async () => {
    const seen: number[] = [];
    await runJob(jobOf('patch', 'minimal'), {
      limits: limits(),
      onProgress: ({ states }) => seen.push(states),
    });
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('random walks over KVM', () => {
  const walk = (kernel: KernelName, layout: LayoutName, seed: number, walks = 50) =>
    sampleJob(jobOf(kernel, layout), { limits: limits(), seed, walks, length: 100 });

  it('find a violation that a search finds, by a trace that replays', async () => {
    const result = await walk('v5.13', 'minimal', 1, 2000);
    const [violation] = result.violations;
    expect(violation?.property).toBe('vtlb-within-guest-tlb');
    const world = {
      layout: buildLayout(LAYOUTS.minimal),
      kernel: KERNELS['v5.13'],
      contract: CONTRACTS.kvm,
    };
    expect(replay(world, violation?.trace ?? []).verdict).toBe('stale');
  });

  it('see the same with the same seed, and nothing wrong where nothing is', async () => {
    const first = await walk('patch', 'roles', 3);
    expect(await walk('patch', 'roles', 3)).toEqual(first);
    expect((await walk('patch', 'roles', 4)).coverage.fired).not.toEqual(first.coverage.fired);
    expect(first).toMatchObject({ walks: 50, steps: 5000, violations: [], stoppedBy: null });
  });
});

/** Searches that between them exercise everything there is. */
const SUITE: readonly (readonly [KernelName, LayoutName])[] = [
  ['v6.12', 'minimal'],
  ['v6.12', 'kernel'],
  ['v6.12', 'deep'],
  ['v6.12', 'upper'],
  ['v6.12', 'roles'],
  ['patch', 'deep'],
  ['v6.12', 'faults'],
  ['v6.12', 'nested'],
  ['v6.12', 'races'],
  ['v6.12', 'vpids'],
  ['v6.12', 'entries'],
  ['v6.12', 'window'],
  ['v6.12', 'twice'],
  ['v6.12', 'stores'],
  ['v6.12', 'flood'],
];

describe('nothing in the model is idle', () => {
  let searched: Promise<Coverage[]> | undefined;

  /** What each search of the suite exercised; searched once. */
  function coverages(): Promise<Coverage[]> {
    searched ??= (async () => {
      const found: Coverage[] = [];
      for (const [kernel, layout] of SUITE) {
        const { coverage } = await runJob(jobOf(kernel, layout), { limits: limits({ maxStates: 1000 }) });
        found.push(coverage);
      }
      return found;
    })();
    return searched;
  }

  async function reached(kind: (coverage: Coverage) => Exercised | null): Promise<string[]> {
    const names = (await coverages()).flatMap((coverage) => kind(coverage)?.reached ?? []);
    return [...new Set(names)].sort();
  }

  it('consults every decision that any event can get to', async () => {
    expect(await reached(({ decisions }) => decisions)).toEqual([...DECISION_NAMES].sort());
  });

  it('serves every request', async () => {
    expect(await reached(({ requests }) => requests)).toEqual([...REQUESTS].sort());
  });

  it('puts every property to the test that could hold vacuously', async () => {
    expect(await reached(({ antecedents }) => antecedents)).toEqual(CASES.map(({ name }) => name).sort());
    const always = ALWAYS.map(({ name }) => name);
    for (const { name } of CASES) expect(always).toContain(name);
  });

  it('carries out every kind of event', async () => {
    const found = await coverages();
    const kinds = SUITE.flatMap(([, name], i) => {
      const fired = Object.values(found[i]?.fired ?? {});
      return buildLayout(LAYOUTS[name]).events.filter((_, e) => (fired[e] ?? 0) > 0);
    }).map(({ kind }) => kind);
    expect([...new Set(kinds)].sort()).toEqual([...EVENT_KINDS].sort());
  });
});
