import { it } from 'vitest';
import { expectSurvival } from './killed.ts';

it.each([1, 2])('a search that is killed fifty times, with %s threads', async (workers) => {
  await expectSurvival(workers, 50, { toy: 'graph', size: 400_000, words: 3, goals: [17] });
});
