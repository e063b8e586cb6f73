import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SCOPES } from '../../../src/check/scopes.ts';
import { atATime, carryOut } from '../../../src/sweep/carry-out.ts';
import { type Line, linesOf } from '../../../src/sweep/line.ts';
import { planned } from './made.ts';

const LINES = linesOf(planned({ scopes: SCOPES.slice(0, 8) }), 'answers');
const GIB = 2 ** 30;
const MACHINE = { cores: 4, memory: 8 * GIB };
const SHARING = { workers: 1, maxMemory: null };

/** Carries lines out that are stopped whenever they get less than they need; what was tried, and how many at once. */
async function carried(needs: (line: Line) => number, means = SHARING, stopAfter = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const tried: [number, number][] = [];
  let now = 0;
  let most = 0;
  await carryOut(LINES, {
    means,
    machine: MACHINE,
    signal: controller.signal,
    carry: async (line, maxMemory) => {
      tried.push([LINES.indexOf(line), maxMemory]);
      if (tried.length === stopAfter) controller.abort();
      most = Math.max(most, ++now);
      await setImmediate();
      now--;
      return maxMemory < needs(line);
    },
    onDone: () => {},
  });
  return { tried, most };
}

it('carries out as many at a time as there are cores, which share what memory there is', async () => {
  const { tried, most } = await carried(() => 0);
  expect(tried).toEqual(LINES.map((_, i) => [i, 2048]));
  expect(most).toBe(4);
});

it('gives what memory stopped more of it afterwards, in the end all', async () => {
  const { tried } = await carried((line) => (line === LINES[2] ? 3000 : line === LINES[5] ? 9000 : 0));
  expect(tried.slice(LINES.length)).toEqual([
    [2, 4096],
    [5, 4096],
    [5, 8192],
  ]);
});

it('keeps to what a search may take, where somebody says so', async () => {
  const { tried, most } = await carried(() => 9000, { workers: 1, maxMemory: 4000 } as never);
  expect(tried).toEqual(LINES.map((_, i) => [i, 4000]));
  expect(most).toBe(2);
});

it('begins nothing more when it is told to end', async () => {
  expect((await carried(() => 9000, SHARING, 5)).tried.length).toBeLessThan(9);
});

it('carries out at least one, and none that would have next to no memory', () => {
  expect(atATime({ workers: 3, maxMemory: null }, MACHINE)).toBe(1);
  expect(atATime({ workers: 9, maxMemory: 99_999 }, MACHINE)).toBe(1);
  expect(atATime(SHARING, { cores: 64, memory: 8 * GIB })).toBe(16);
});
