import { describe, expect, it } from 'vitest';
import type { Reproduction } from '../../../spec/bugs/bug.ts';
import { BUGS } from '../../../spec/bugs/bugs.ts';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { reproduce } from '../../../src/bugs/reproduce.ts';
import { runJob } from '../../../src/check/job.ts';
import { pinsBeside } from '../../pins.ts';
import { limits } from '../check/limits.ts';

const check = pinsBeside(import.meta.url);

/** Found only after more states than the others. */
const FAR: Readonly<Record<string, number>> = { '43-pcid': 25_000, '47-failed': 50_000, '48-l1': 50_000 };

const BROKEN = BUGS.flatMap(({ reproductions }) => reproductions).filter(({ shows }) => 'breaks' in shows);

describe('no trace is shorter than the one that a bug is told by', () => {
  it.each(BROKEN.map((each) => [each.trace, each] as const))('%s', async (name, reproduction) => {
    const { states, shortest } = await searchFor(name, reproduction);
    check(name, states);
    expect(shortest).toBe(reproduce(reproduction).events.length);
  });
});

/** The length of the shortest trace that breaks a property, and the states seen until it was found. */
async function searchFor(name: string, { before, layout, shows }: Reproduction) {
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
  const found = violations.find(({ property }) => 'breaks' in shows && property === shows.breaks);
  return { states, shortest: found?.trace.length };
}
