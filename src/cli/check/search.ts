import { runJob } from '../../check/job.ts';
import { verdictOn } from '../../check/verdict.ts';
import type { Limits } from '../../checker/limits.ts';
import { formatCheck, formatCut } from '../../report/check.ts';
import { checkJson, cutJson } from '../../report/check-json.ts';
import { searchOf } from '../../sweep/search.ts';
import { AnswerFile } from '../answer-file.ts';
import { searchEverywhere } from '../check-scopes.ts';
import { type ExitCode, exitCodeOf, InputError } from '../exit-code.ts';
import { finished, printJson, printReport } from '../print.ts';
import { sweptKernel, sweptLinux } from '../swept.ts';
import { terminal } from '../terminal.ts';
import { Standing } from '../thread/standing.ts';
import type { Asked } from './asked.ts';
import { orBadInput } from './bad-input.ts';
import { checkHeadingOf, jsonHeadingOf } from './headings.ts';
import { scopesCommand } from './layouts.ts';
import { limitsOf } from './options.ts';

/** Searches one layout, and prints what came of it; for a sweep it goes on where it was stopped, and the answer is a file. */
export async function searchOne(asked: Asked): Promise<ExitCode> {
  const { options, chosen, tree, world } = asked;
  const limits = limitsOf(options);
  if (options.answer === undefined) return searchAll(asked, limits);
  const swept = tree === null ? sweptKernel(chosen, options.set) : sweptLinux(tree);
  const { contract, layout } = options;
  const search = searchOf(swept, contract, { layout, bounds: world.layout.bounds });
  const answer = new AnswerFile(options.answer, search);
  const kept = tree === null && { checkpoint: answer.checkpoint };
  const resume = kept ? answer.resume : undefined;
  return answer.carryOut(options.json ?? false, () =>
    searchAll(
      { ...asked, options: { ...options, ...kept, ...(resume !== undefined && { resume }) } },
      limits,
      answer,
    ),
  );
}

async function searchAll(asked: Asked, limits: Limits, answer: AnswerFile | null = null): Promise<ExitCode> {
  const { options, chosen, world, job, progress } = asked;
  const { workers, symmetry = false, checkpoint, checkpointEvery, resume } = options;
  const standing = new Standing((far, reason) =>
    options.json
      ? JSON.stringify(cutJson(jsonHeadingOf(asked), world.layout.bounds, far, progress.seconds))
      : finished(formatCut(world, checkHeadingOf(asked, []), far, reason)),
  );
  const result = await orBadInput(chosen, () =>
    runJob(job, {
      limits,
      workers,
      symmetry,
      ...(checkpoint !== undefined && { checkpoint, checkpointEvery }),
      ...(resume !== undefined && { resume }),
      onProgress: (now) => {
        progress.search(now);
        standing.tell(now);
      },
    }),
  );
  const verdict = verdictOn(result, chosen.changes);
  const elsewhere =
    verdict === 'not exercised' && job.linux === undefined && answer === null
      ? await searchEverywhere(scopesCommand(asked))
      : [];
  progress.done();
  const heading = checkHeadingOf(asked, elsewhere);
  const json = checkJson(jsonHeadingOf(asked), heading, world.layout, result, progress.seconds);
  answer?.write(json);
  if (options.json) printJson(json);
  else printReport(formatCheck(world, heading, result, terminal().columns));
  if (result.unwritten !== null) throw new InputError(result.unwritten);
  if (checkpoint !== undefined && result.stoppedBy !== null) {
    const how = answer === null ? `go on with --resume ${checkpoint}` : 'the same command goes on from there';
    process.stderr.write(`written to ${checkpoint}; ${how}\n`);
  }
  return exitCodeOf(verdict);
}
