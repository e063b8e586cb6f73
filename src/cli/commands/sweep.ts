import { Command, InvalidArgumentError, Option } from 'commander';
import { CONTRACTS, type ContractName } from '../../../spec/contracts/named.ts';
import type { BoundName } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { SCOPES } from '../../check/scopes.ts';
import { collectionMarkdown, formatCollection, formatPlan } from '../../report/sweep.ts';
import { collectionJson, planJson } from '../../report/sweep-json.ts';
import { type Collection, collect, verdictOn, waitingIn } from '../../sweep/collect.ts';
import { FORMATS, type FormatName } from '../../sweep/formats.ts';
import { linesOf } from '../../sweep/line.ts';
import { type Choices, type Plan, searchesOf } from '../../sweep/plan.ts';
import type { SweptKernel } from '../../sweep/search.ts';
import { wholeBuild } from '../answer-file.ts';
import { EXIT, type ExitCode, InputError, say } from '../exit-code.ts';
import { details } from '../help.ts';
import { chooseKernel, KERNEL_DOC, parseKernel } from '../kernel.ts';
import { builtLinux, LINUX_DOC, parseLinux } from '../linux.ts';
import { collectBound, collectDecision, repeated, wholeNumber } from '../options.ts';
import { printJson, printReport, printVerbatim } from '../print.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';
import { contentOf, planIn, writePlan } from '../sweep-folder.ts';
import { runLines } from '../sweep-run.ts';
import { sweptKernel, sweptLinux } from '../swept.ts';
import { terminal } from '../terminal.ts';

/** What `vtlb sweep` is told. */
interface SweepOptions extends ProgressOptions {
  readonly kernel: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly setEach?: true;
  readonly linux?: string;
  readonly layout: readonly LayoutName[];
  readonly bound: Choices['bounds'];
  readonly contract: readonly ContractName[];
  readonly prove?: true;
  readonly workers: number;
  readonly maxMemory?: number;
  readonly out: string;
  readonly list?: true;
  readonly format: FormatName;
  readonly run?: true;
  readonly collect?: string;
  readonly markdown?: true;
  readonly json?: true;
}

const HELP = `
A plan has a search for each kernel with each layout, each value of each bound and each contract. Its lines are
independent: an engine of yours carries them out, on as many machines as it has, or --run does on this one. Each line
writes its answer into the folder at once or not at all, under a name that all depends on which decides it, vtlb's own
code too. So a plan may be stopped and run again, by several machines on one folder: what is there is not done again,
and what was stopped goes on from its checkpoint.

An exit code of 0, 1 or 3 of a line is an answer; 2 is a line that failed.

What --collect says of all answers together is VIOLATED if any search is; else INCOMPLETE if any is missing, failed,
stopped or refused; else NOT EXERCISED if of some kernel something that is changed was never exercised by any search; else OPEN
if a proof is; else HOLDS.`;

/** `vtlb sweep`: many searches as a plan, and what came of it. */
export function sweepCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('sweep');
  return addProgressOption(command)
    .addOption(
      new Option('--kernel <name|file...>', `kernels: ${KERNEL_DOC}`)
        .argParser(collectKernel)
        .default([], 'v6.12; with --linux none'),
    )
    .addOption(repeated('--set <decision=value>', 'change one decision of each kernel', collectDecision))
    .option(
      '--set-each',
      'also change each decision of each kernel to each of its other values, one at a time',
    )
    .option('--linux <version|folder>', `also Linux's own code: ${LINUX_DOC}`, parseLinux)
    .addOption(
      new Option('--layout <name...>', 'guest images')
        .choices(Object.keys(LAYOUTS))
        .default([], 'every small one'),
    )
    .addOption(repeated('--bound <name=N,N>', 'values of a bound of the layouts', collectBounds))
    .addOption(
      new Option('--contract <name...>', 'how strict the architecture is taken to be')
        .choices(Object.keys(CONTRACTS))
        .default(['kvm'], 'kvm alone'),
    )
    .option('--prove', 'also prove each kernel for any number of everything')
    .option('--workers <n>', 'threads of each search', wholeNumber(1), 1)
    .option(
      '--max-memory <mib>',
      'MiB that each search may take; else --run has them share what is free',
      wholeNumber(1),
    )
    .option('--out <folder>', 'where the plan and its answers lie', 'sweep')
    .option('--list', 'print the command of each search')
    .addOption(
      new Option(
        '--format <format>',
        'with --list: a command a line, a script for sbatch, or a matrix for GitHub Actions',
      )
        .choices(Object.keys(FORMATS))
        .default('shell'),
    )
    .option('--run', 'carry the plan out on this machine, and say what came of it')
    .option('--collect <folder>', 'say what came of the plan of this folder')
    .option('--markdown', 'with --run or --collect: as Markdown, for a mail')
    .option('--json', 'print one JSON value')
    .addHelpText('after', details(HELP))
    .action(async (options: SweepOptions) => {
      refuseTogether(command, options);
      finish(await sweep(options));
    });
}

async function sweep(options: SweepOptions): Promise<ExitCode> {
  const { collect: folder, out, list, run, format, json } = options;
  if (folder !== undefined) return tellCollection(collected(planIn(folder), folder), options);
  const plan = await planOf(options);
  writePlan(plan, out);
  const lines = linesOf(plan, out);
  if (run) {
    const progress = new ProgressLine(options);
    const waiting = waitingIn(collected(plan, out)).map(({ line }) => line);
    await runLines(waiting, plan, progress);
    progress.done();
    return tellCollection(collected(plan, out), options);
  }
  if (json) printJson(planJson(plan, out));
  else if (list) printVerbatim(FORMATS[format](lines, plan.means));
  else printReport(formatPlan(plan));
  return EXIT.holds;
}

function collected(plan: Plan, folder: string): Collection {
  return collect(plan, folder, contentOf(folder));
}

/** Prints what came of a plan, and says of each file that is refused that it is. */
function tellCollection(collection: Collection, { json, markdown }: SweepOptions): ExitCode {
  if (json) printJson(collectionJson(collection));
  else if (markdown) printVerbatim(collectionMarkdown(collection));
  else printReport(formatCollection(collection, terminal().columns));
  const { folder, refused } = collection;
  for (const { name, why } of refused) say(`error: ${folder}/${name}: ${why}`);
  const verdict = verdictOn(collection);
  if (verdict === 'violated') return EXIT.violated;
  if (refused.length > 0) return EXIT.badInput;
  return verdict === 'holds' ? EXIT.holds : EXIT.stopped;
}

async function planOf(options: SweepOptions): Promise<Plan> {
  const { kernel, linux, set, layout, bound, contract, workers, maxMemory } = options;
  const names = kernel.length === 0 && linux === undefined ? ['v6.12'] : kernel;
  if (names.length === 0 && (Object.keys(set).length > 0 || options.setEach || options.prove))
    throw new InputError('--set, --set-each and --prove are for kernels: expected --kernel besides --linux');
  const kernels: SweptKernel[] = [];
  for (const name of names) kernels.push(sweptKernel(await chooseKernel(name, set), set));
  if (linux !== undefined) kernels.push(sweptLinux(await builtLinux(linux)));
  const choices: Choices = {
    kernels,
    contracts: contract,
    scopes: layout.length === 0 ? SCOPES : layout.map((name) => ({ layout: name, bounds: {} })),
    bounds: bound,
    setEach: options.setEach ?? false,
    prove: options.prove ?? false,
  };
  return {
    build: wholeBuild(),
    means: { workers, maxMemory: maxMemory ?? null },
    ...searchesOf(choices),
  };
}

/** @throws InputError when options do not go together */
function refuseTogether(command: Command, options: SweepOptions): void {
  const isGiven = (option: string) => command.getOptionValueSource(option) === 'cli';
  const given = command.options.map((option) => ({ name: option.attributeName(), flag: option.long }));
  const refuse = (flag: string, others: readonly string[], rest = '') => {
    const other = given.find(({ name }) => others.includes(name) && isGiven(name));
    if (other !== undefined) throw new InputError(`${flag}: expected no ${other.flag}${rest}`);
  };
  if (options.list) refuse('--list', ['run', 'collect']);
  if (options.run) refuse('--run', ['collect']);
  if (options.collect !== undefined) {
    const goOn = ['collect', 'markdown', 'json', 'color'];
    const others = given.map(({ name }) => name).filter((name) => !goOn.includes(name));
    refuse('--collect', others, ', for the plan is in the folder');
  }
  if (!options.list) refuse('no --list', ['format']);
  if (!options.run && options.collect === undefined) refuse('neither --run nor --collect', ['markdown']);
  if (options.markdown) refuse('--markdown', ['json']);
}

function collectKernel(text: string, previous: readonly string[]): string[] {
  return [...new Set([...previous, parseKernel(text)])];
}

/** Reads one `name=N,N` more. */
function collectBounds(text: string, previous: Choices['bounds']): Choices['bounds'] {
  const [name = '', values] = text.split('=', 2);
  if (values === undefined) throw new InvalidArgumentError('expected name=N,N');
  const read = values.split(',').map((value) => collectBound(`${name}=${value}`, {})[name as BoundName]);
  return { ...previous, [name]: read as number[] };
}
