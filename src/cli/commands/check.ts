import { Command, Option } from 'commander';
import { GUESTS } from '../../../spec/guests/named.ts';
import { ENGINES } from '../../engine/engines.ts';
import { EXTENSIONS } from '../../kernels/kernel-file.ts';
import { answerOption } from '../answer-file.ts';
import { type Asked, askedBy } from '../check/asked.ts';
import { explainRow } from '../check/explain-row.ts';
import { jsonHeadingOf } from '../check/headings.ts';
import { isOfOne, scopesCommand } from '../check/layouts.ts';
import type { CheckCommandOptions } from '../check/options.ts';
import { refuseTogether } from '../check/refuse.ts';
import { searchOne } from '../check/search.ts';
import { walk } from '../check/walk.ts';
import { checkScopes } from '../check-scopes.ts';
import type { ExitCode } from '../exit-code.ts';
import { details } from '../help.ts';
import { linuxOption } from '../linux.ts';
import { addWorldOptions, choice, defaultIs, limit, wholeNumber, workersOption } from '../options.ts';
import { addProgressOption } from '../progress.ts';

const HELP = `
What is counted:
  states              with --tlbs whole, all that KVM, the guest's tables and the TLBs are in
  bookkeeping states  with --tlbs apart, the same without what the TLBs hold. Nothing in KVM or in the guest's
    tables depends on that, so TLBs are followed beside them, one translation at a time.
  TLB facts           for each bookkeeping state and each translation, the ways in which the TLBs of a vCPU may hold it
    there: each may be in the hardware's, in the guest's, in both or in none
  transitions         events carried out without a fault, one for each such state and event
  depth               the length of the longest of the shortest traces to the states; where something was found, that of its trace

Verdicts, traces and their lengths are the same either way.

A changed kernel (--set, or a file) is searched on every small layout, unless --layout or an option for one search
names one; see vtlb mutate for which they are. Where nothing breaks and no search comes to what is changed, the verdict
is "not exercised", with the layouts that would come to it, and exit code 3.

A checkpoint is there whole or not at all, so what kills vtlb costs no more than was searched since the last one. It is
refused by another build of vtlb, for another kernel, contract, layout, bounds, guest or way to count, and where its
parts do not fit together. But that its states were searched is taken from it unseen: it is evidence for whoever
trusts that vtlb wrote it, and to others only the command is, run without it.

A kernel file is code that runs as you do. It cannot change the specification; where it has a processor of its own, by
which KVM is judged, the head of the verdict says so.`;

/** `vtlb check`: every reachable state of a kernel on a layout, against every property. */
export function checkCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('check');
  addProgressOption(addWorldOptions(command));
  defaultIs(command, '--layout', 'minimal; of a changed kernel every small one');
  return command
    .argument('[kernel-file]', `a ${EXTENSIONS} file that defines the kernel, as --kernel takes too`)
    .addOption(
      choice(
        '--tlbs <how>',
        'keep TLBs apart from the states, or in whole states',
        ['apart', 'whole'],
        'apart',
      ),
    )
    .addOption(
      new Option('--engine <gear>', 'carry out each step by itself, with TLBs whole: for comparison')
        .choices(Object.keys(ENGINES))
        .hideHelp(),
    )
    .addOption(new Option('--guest <name>', 'try only what this guest would do').choices(Object.keys(GUESTS)))
    .addOption(linuxOption())
    .addOption(workersOption('threads'))
    .option(
      '--symmetry',
      'count states that differ by a renaming of spaces, frames, pages, PCIDs or vCPUs as one',
    )
    .addOption(limit('--max-states <n>', 'stop after so many states'))
    .option(
      '--max-memory <mib>',
      'stop when the search takes so many MiB (default: 80 % of what is free)',
      wholeNumber(1),
    )
    .addOption(limit('--max-seconds <n>', 'stop after so many seconds'))
    .option('--checkpoint <file>', 'write the search to this file, now and then and when something stops it')
    .option('--checkpoint-every <seconds>', 'how often it is written', wholeNumber(1), 60)
    .option('--resume <file>', 'go on with the search in this file')
    .addOption(answerOption())
    .option('--simulate <walks>', 'walk at random so many times instead of searching', wholeNumber(1))
    .option('--length <n>', 'events of a random walk', wholeNumber(1), 100)
    .option('--seed <n>', 'the same seed gives the same walks', wholeNumber(0), 1)
    .option('--explain-row', 'print where a search keeps what, and search nothing')
    .option('--json', 'print one JSON value')
    .addHelpText('after', details(HELP))
    .action(async (file: string | undefined, options: CheckCommandOptions) => {
      refuseTogether(command, file, options);
      const asked = await askedBy({ ...options, kernel: file ?? options.kernel });
      finish(await check(asked, isOfOne(command, asked)));
    });
}

function check(asked: Asked, isOne: boolean): Promise<ExitCode> {
  const { options } = asked;
  if (options.explainRow) return explainRow(asked);
  if (!isOne) return checkScopes(scopesCommand(asked), jsonHeadingOf(asked), options.json ?? false);
  return options.simulate === undefined ? searchOne(asked) : walk(asked);
}
