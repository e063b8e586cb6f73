import { sampleJob } from '../../check/job.ts';
import { verdictOnSample } from '../../check/verdict.ts';
import { formatSample } from '../../report/check.ts';
import { sampleJson } from '../../report/check-json.ts';
import { searchEverywhere } from '../check-scopes.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { printJson, printReport } from '../print.ts';
import { terminal } from '../terminal.ts';
import type { Asked } from './asked.ts';
import { orBadInput } from './bad-input.ts';
import { checkHeadingOf, jsonHeadingOf } from './headings.ts';
import { scopesCommand } from './layouts.ts';
import { limitsOf } from './options.ts';

/** Walks at random on one layout, and prints what came of it. */
export async function walk(asked: Asked): Promise<ExitCode> {
  const { options, chosen, world, job, progress } = asked;
  const limits = limitsOf(options);
  const { simulate: walks = 1, length, seed } = options;
  const result = await orBadInput(chosen, () =>
    sampleJob(job, {
      limits,
      walks,
      length,
      seed,
      onProgress: ({ walks: done, steps }) => progress.show(`${done} of ${walks} walks, ${steps} steps`),
    }),
  );
  const verdict = verdictOnSample(result, chosen.changes);
  const elsewhere =
    verdict === 'not exercised' && job.linux === undefined
      ? await searchEverywhere(scopesCommand(asked))
      : [];
  progress.done();
  const heading = checkHeadingOf(asked, elsewhere);
  if (options.json)
    printJson(sampleJson(jsonHeadingOf(asked), heading, world.layout, result, progress.seconds));
  else printReport(formatSample(world, heading, result, terminal().columns));
  return exitCodeOf(verdict);
}
