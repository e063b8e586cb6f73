// A search whose checkpoints are written all the time, from one where there is one, until somebody kills it.
import { existsSync } from 'node:fs';
import { defaultLimits, makeLimits } from '../../../dist/src/checker/limits.js';
import { search } from '../../../dist/src/checker/search.js';

const [file, workers, module, data] = process.argv.slice(2);
const {
  bytes: _,
  expansions: __,
  ...found
} = await search({
  source: { module, data: JSON.parse(data) },
  symmetry: false,
  workers: Number(workers),
  handOver: 1000,
  limits: makeLimits({ ...defaultLimits(), maxMemory: 1 << 28 }, new AbortController().signal),
  checkpoint: file,
  checkpointEvery: 0.02,
  ...(existsSync(file) && { resume: file }),
});
process.stdout.write(JSON.stringify(found));
