import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { type CheckOptions, runJob } from '../../../src/check/job.ts';
import { limits } from '../check/limits.ts';
import { type Entry, jobOf, verdictOf } from './support.ts';

const ENTRIES: readonly Entry[] = JSON.parse(readFileSync(new URL('./linux.json', import.meta.url), 'utf8'));

const run = (entry: Entry, tlbs: 'apart' | 'whole', more: Partial<CheckOptions> = {}) =>
  runJob(jobOf(entry, tlbs), { limits: limits(), ...more });

it.each(['apart', 'whole'] as const)('a search with TLBs %s goes on where it was stopped', async (tlbs) => {
  const entry = ENTRIES.find(({ guest }) => guest === 'linux-kpti') as Entry;
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-guest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const checkpoint = join(folder, 'checkpoint');
  const stopped = await run(entry, tlbs, { limits: limits({ maxStates: 60 }), checkpoint });
  expect(stopped).toMatchObject({ stoppedBy: 'states', unwritten: null });
  const resumed = await run(entry, tlbs, { resume: checkpoint });
  const whole = await run(entry, tlbs);
  expect({ ...verdictOf(resumed), states: resumed.states, transitions: resumed.transitions }).toEqual({
    ...verdictOf(whole),
    states: whole.states,
    transitions: whole.transitions,
  });
});

it('a kernel with reducers of its own is searched too', async () => {
  const [entry] = ENTRIES as [Entry];
  const file = join(import.meta.dirname, '../../examples/invlpg-active-pcid.ts');
  const overrides = { module: pathToFileURL(file).href, digest: '' };
  for (const tlbs of ['apart', 'whole'] as const) {
    const { violations } = await runJob({ ...jobOf(entry, tlbs), overrides }, { limits: limits() });
    expect(violations.map(({ property, trace }) => `${property}, ${trace.length}`)).toEqual([
      'vtlb-within-guest-tlb, 7',
      'guest-reads-what-it-flushed-for, 7',
    ]);
  }
});
