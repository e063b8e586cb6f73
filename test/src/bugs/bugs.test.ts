import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUGS } from '../../../spec/bugs/bugs.ts';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import { reproduce } from '../../../src/bugs/reproduce.ts';
import { type ComparedKernel, compareOn } from '../../../src/compare/compare.ts';
import { pins } from '../../pins.ts';
import { limits } from '../check/limits.ts';

/** What each trace shows, and on which kernels. */
const check = pins(new URL('./bugs.json', import.meta.url));

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
    (name, reproduction) => {
      const { holds, kernels, before, after } = reproduce(reproduction);
      const { shows } = reproduction;
      expect(holds).toBe(true);
      check(name, {
        kernels: kernels.join(' '),
        ...('costs' in shows && { before: before.work[shows.costs], after: after.work[shows.costs] }),
      });
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
