import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { CLAIMS } from '../../../spec/claims/claims.ts';
import { formatReview } from '../../report/review.ts';
import { type Reviewed, review } from '../../review/review.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { endSignal } from '../interrupt.ts';
import { wholeNumber } from '../options.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';

/** `vtlb review`: every claim about the patch, with verdict and evidence. */
export function reviewCommand(finish: (code: ExitCode) => void): Command {
  return addProgressOption(new Command('review'))
    .option('--workers <n>', 'searches carried out side by side', wholeNumber(1), availableParallelism())
    .option('--max-seconds <n>', 'stop after so many seconds', wholeNumber(1))
    .option('--json', 'print one JSON value')
    .action(async (options: ProgressOptions & { workers: number; maxSeconds?: number }) => {
      const progress = new ProgressLine(options);
      const reviewed = await review(CLAIMS, options.workers, endSignal(options.maxSeconds), (done, of) =>
        progress.show(`${done} of ${of} searches done`),
      );
      progress.done();
      const text = options.json
        ? JSON.stringify({ claims: reviewed.map(toJson), seconds: Number(progress.seconds.toFixed(3)) })
        : formatReview(reviewed);
      process.stdout.write(`${text}\n`);
      finish(codeOf(reviewed));
    });
}

function codeOf(reviewed: readonly Reviewed[]): ExitCode {
  const decided = reviewed.flatMap(({ evidence }) => evidence.map(({ holds }) => holds));
  if (decided.includes(false)) return EXIT.violated;
  return decided.includes(null) ? EXIT.stopped : EXIT.holds;
}

function toJson({ claim, holds, verdict, states, trace }: Reviewed) {
  return { number: claim.number, statement: claim.statement, holds, verdict, states, trace };
}
