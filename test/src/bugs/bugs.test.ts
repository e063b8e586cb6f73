import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUGS } from '../../../spec/bugs/bugs.ts';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { reproduce } from '../../../src/bugs/reproduce.ts';
import { runJob } from '../../../src/check/job.ts';
import { type ComparedKernel, compareOn } from '../../../src/compare/compare.ts';
import { pins } from '../../pins.ts';
import { limits } from '../check/limits.ts';

/** What each trace shows, on which kernels, and how a search for it went. */
const check = pins(new URL('./bugs.json', import.meta.url));

/** Found only after more states than the others. */
const FAR: Readonly<Record<string, number>> = { '43-pcid': 25_000, '47-failed': 50_000, '48-l1': 50_000 };

const REPRODUCTIONS = BUGS.flatMap(({ reproductions }) => reproductions);

it('has every bug of the list once, and reproduces 34 of them or says why not', () => {
  expect(BUGS.map(({ number }) => number)).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
  for (const { reproductions, outOfScope } of BUGS)
    expect(reproductions.length > 0).toBe(outOfScope === undefined);
  expect(BUGS.filter(({ reproductions }) => reproductions.length > 0).length).toBe(34);
});

it('has a trace for each reproduction, and no other', () => {
  const files = readdirSync(new URL('../../../spec/bugs/traces', import.meta.url));
  expect(files.sort()).toEqual(REPRODUCTIONS.map(({ trace }) => `${trace}.trace`).sort());
});

describe('a trace tells the kernel with the bug from the one without', () => {
  it.each(REPRODUCTIONS.map((reproduction) => [reproduction.trace, reproduction] as const))(
    '%s',
    async (name, reproduction) => {
      const { events, holds, kernels, before, after } = reproduce(reproduction);
      const { shows } = reproduction;
      expect(holds).toBe(true);
      const found = {
        kernels: kernels.join(' '),
        ...('breaks' in shows
          ? await searchFor(name, reproduction, shows.breaks)
          : { before: before.work[shows.costs], after: after.work[shows.costs] }),
      };
      check(name, found);
      if ('breaks' in shows) expect(found).toMatchObject({ shortest: events.length });
    },
  );
});

describe('who names only the layout finds it', () => {
  it('no reproduction has bounds of its own', () => {
    for (const { trace, bounds } of REPRODUCTIONS) expect([trace, bounds]).toEqual([trace, {}]);
  });

  it.each(REPRODUCTIONS.filter(({ shows }) => 'costs' in shows).map((each) => [each.trace, each] as const))(
    '%s: a comparison shows that the two cost different work',
    async (_, reproduction) => {
      const { events } = reproduce(reproduction);
      const [before, after] = [reproduction.before, reproduction.after].map(({ kernel, set }) => ({
        kernel: defineKernel({ base: kernel, ...set }),
      })) as [ComparedKernel, ComparedKernel];
      const { cost } = await compareOn(
        { layout: reproduction.layout, bounds: {} },
        CONTRACTS.kvm,
        before,
        after,
        { limits: limits({ maxStates: 2_000 }) },
      );
      expect(cost?.trace.length).toBeLessThanOrEqual(events.length);
    },
  );
});

/** The length of the shortest trace that breaks a property, and the states seen until it was found. */
async function searchFor(name: string, { before, layout }: (typeof REPRODUCTIONS)[number], property: string) {
  const { violations, states } = await runJob(
    {
      kernel: defineKernel({ base: before.kernel, ...before.set }),
      contract: CONTRACTS.kvm,
      layout: LAYOUTS[layout],
      bounds: {},
      tlbs: 'apart',
      flushesOrdered: false,
    },
    { limits: limits({ maxStates: FAR[name] ?? 6_000 }) },
  );
  return { states, shortest: violations.find((each) => each.property === property)?.trace.length };
}
