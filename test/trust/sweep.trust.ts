import { expect, it } from 'vitest';
import { sweep } from './sweep.ts';

const { TRUST_SEED = '1', TRUST_COUNT = '1000', TRUST_FIRST = '0' } = process.env;

it('every search says what a plain search says', async () => {
  const begun = performance.now();
  const { tally, differing } = await sweep({
    seed: Number(TRUST_SEED),
    count: Number(TRUST_COUNT),
    first: Number(TRUST_FIRST),
    commandEach: 50,
    onDiffering: (text) => process.stderr.write(`${text}\n`),
    onProgress: (done) => {
      if (done % 20 === 0) {
        const seconds = Math.round((performance.now() - begun) / 1000);
        process.stderr.write(`${done} of ${TRUST_COUNT} configurations, ${seconds} s\n`);
      }
    },
  });
  process.stdout.write(`seed ${TRUST_SEED}: ${tally.summary()}\n`);
  expect(differing.join('\n\n')).toBe('');
  expect(tally.tooFew()).toEqual([]);
});
