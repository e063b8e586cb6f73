import { expect, it } from 'vitest';
import { search } from '../../../src/checker/search.ts';
import { builtSearch } from './built.ts';
import { expectSurvival } from './killed.ts';
import { NO_LIMITS, temporaryFolder, toy } from './support.ts';

const GRAPH = { toy: 'graph', size: 400_000, words: 3, goals: [17] };

it.each([1, 2])(
  'a search that is killed at any moment goes on from its checkpoint, with %s threads',
  async (workers) => {
    await expectSurvival(workers, 2, GRAPH);
  },
);

it('threads that pause for checkpoints find what one finds that writes none, and what comes after each', async () => {
  const source = toy({ toy: 'graph', size: 60_000, words: 3, goals: [17, 41_234] });
  const file = `${temporaryFolder()}/a`;
  const together = await builtSearch();
  const input = { source, symmetry: false, workers: 2, handOver: 100, limits: NO_LIMITS };
  const lasting = ({ bytes: _, ...rest }: Awaited<ReturnType<typeof search>>) => rest;
  const whole = lasting(await search({ ...input, workers: 1 }));
  expect(lasting(await together({ ...input, checkpoint: file, checkpointEvery: 0 }))).toEqual(whole);
  expect(lasting(await together({ ...input, resume: file }))).toEqual(whole);
});
