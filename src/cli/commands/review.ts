import { Command } from 'commander';
import { CLAIMS } from '../../../spec/claims/claims.ts';
import { formatReview } from '../../report/review.ts';
import { type Reviewed, review } from '../../review/review.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { endSignal } from '../interrupt.ts';
import { limit, workersOption } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';

/** `vtlb review`: every claim about the patch, with verdict and evidence. */
export function reviewCommand(finish: (code: ExitCode) => void): Command {
  return addProgressOption(new Command('review'))
    .addOption(workersOption('searches carried out side by side'))
    .addOption(limit('--max-seconds <n>', 'stop after so many seconds'))
    .option('--json', 'print one JSON value')
    .action(async (options: ProgressOptions & { workers: number; maxSeconds?: number }) => {
      const progress = new ProgressLine(options);
      const reviewed = await review(CLAIMS, options.workers, endSignal(options.maxSeconds), (done, of) =>
        progress.show(`${done} of ${of} searches done`),
      );
      progress.done();
      if (options.json)
        printJson({ claims: reviewed.map(toJson), seconds: Number(progress.seconds.toFixed(3)) });
      else printReport(formatReview(reviewed));
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
