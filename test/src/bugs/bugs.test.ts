import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUGS } from '../../../spec/bugs/bugs.ts';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { defineKernel } from '../../../spec/world/define.ts';
import { reproduce } from '../../../src/bugs/reproduce.ts';
import { runJob } from '../../../src/check/job.ts';
import { pins } from '../../pins.ts';
import { limits } from '../check/limits.ts';

/** What each trace shows, on which kernels, and how a search for it went. */
const check = pins(new URL('./bugs.json', import.meta.url));

/** It needs stores to a top page, which no search of layout `deep` tries. */
const BEYOND_SEARCH = ['10'];

/** Found only after more states than the others. */
const FAR: Readonly<Record<string, number>> = { '47-failed': 50_000, '48-l1': 50_000 };

const REPRODUCTIONS = BUGS.flatMap(({ reproductions }) => reproductions);

it('has every bug of the list once, and reproduces 33 of them or says why not', () => {
  expect(BUGS.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  for (const { reproductions, outOfScope } of BUGS)
    expect(reproductions.length > 0).toBe(outOfScope === undefined);
  expect(BUGS.filter(({ reproductions }) => reproductions.length > 0).length).toBe(33);
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
      if ('breaks' in shows && !BEYOND_SEARCH.includes(name))
        expect(found).toMatchObject({ shortest: events.length });
    },
  );
});

/** The length of the shortest trace that breaks a property, and the states seen until it was found. */
async function searchFor(
  name: string,
  { before, layout, bounds }: (typeof REPRODUCTIONS)[number],
  property: string,
) {
  if (BEYOND_SEARCH.includes(name)) return {};
  const { violations, states } = await runJob(
    {
      kernel: defineKernel({ base: before.kernel, ...before.set }),
      contract: CONTRACTS.kvm,
      layout: LAYOUTS[layout],
      bounds,
      tlbs: 'apart',
      flushesOrdered: false,
    },
    { limits: limits({ maxStates: FAR[name] ?? 10_000 }) },
  );
  return { states, shortest: violations.find((each) => each.property === property)?.trace.length };
}
