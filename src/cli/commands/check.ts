import { Command, Option } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { decisionsOf } from '../../../spec/define/kernel.ts';
import { GuestError } from '../../../spec/guests/guest.ts';
import { GUESTS, type GuestName } from '../../../spec/guests/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { World } from '../../../spec/world/world.ts';
import { isChanged } from '../../check/changes.ts';
import { type CheckJob, runJob, sampleJob } from '../../check/job.ts';
import type { ScopeSearch } from '../../check/search-scopes.ts';
import { verdictOn, verdictOnSample } from '../../check/verdict.ts';
import { CheckpointError } from '../../checker/checkpoint-error.ts';
import { defaultLimits, type Limits, makeLimits } from '../../checker/limits.ts';
import { isSystemError, WriteError } from '../../checker/whole-file.ts';
import { KernelPanic } from '../../conform/kernel-machine.ts';
import { ENGINES, type EngineName } from '../../engine/engines.ts';
import { tlbsOf } from '../../engine/memo/create.ts';
import { memoMachine } from '../../engine/memo/model.ts';
import { EXTENSIONS, isKernelFile } from '../../kernels/kernel-file.ts';
import type { LinuxTree } from '../../linux/tree.ts';
import { type CheckHeading, formatCheck, formatCut, formatSample } from '../../report/check.ts';
import { checkJson, cutJson, type JsonHeading, sampleJson } from '../../report/check-json.ts';
import { formatRow } from '../../report/check-row.ts';
import { searchOf } from '../../sweep/search.ts';
import { AnswerFile, answerOption } from '../answer-file.ts';
import { checkScopes, type ScopesCommand, searchEverywhere } from '../check-scopes.ts';
import { EXIT, type ExitCode, exitCodeOf, InputError } from '../exit-code.ts';
import { details } from '../help.ts';
import { endSignal, interruptSignal } from '../interrupt.ts';
import { type ChosenKernel, headingOf, runKernels } from '../kernel.ts';
import { chooseLinux, linuxOption } from '../linux.ts';
import {
  addWorldOptions,
  choice,
  defaultIs,
  kernelOf,
  limit,
  type WorldOptions,
  wholeNumber,
  workersOption,
} from '../options.ts';
import { finished, printJson, printReport, printVerbatim } from '../print.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';
import { sweptKernel, sweptLinux } from '../swept.ts';
import { terminal } from '../terminal.ts';
import { Standing } from '../thread/standing.ts';
import { tell } from '../thread/tell.ts';

/** What `vtlb check` is told. */
interface CheckCommandOptions extends WorldOptions, ProgressOptions {
  readonly tlbs: CheckJob['tlbs'];
  readonly engine?: EngineName;
  readonly guest?: GuestName;
  readonly linux?: string;
  readonly workers: number;
  readonly symmetry?: true;
  readonly maxStates?: number;
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
  readonly checkpoint?: string;
  readonly checkpointEvery: number;
  readonly resume?: string;
  readonly answer?: string;
  readonly simulate?: number;
  readonly length: number;
  readonly seed: number;
  readonly explainRow?: true;
  readonly json?: true;
}

const MIB = 2 ** 20;

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
      if (file !== undefined && command.getOptionValueSource('kernel') !== 'default')
        throw new InputError(`expected one kernel, found ${file} and --kernel ${options.kernel}`);
      const isGiven = (option: string) => command.getOptionValueSource(option) === 'cli';
      if (options.checkpoint === undefined && isGiven('checkpointEvery'))
        throw new InputError('--checkpoint-every is for checkpoints: expected --checkpoint with it');
      for (const option of ['length', 'seed'])
        if (options.simulate === undefined && isGiven(option))
          throw new InputError(`--${option} is for random walks: expected --simulate with it`);
      if (options.engine !== undefined && options.tlbs === 'apart' && isGiven('tlbs'))
        throw new InputError(`--engine ${options.engine} keeps TLBs whole: expected no --tlbs apart`);
      const expectNo = (others: readonly string[], why: string, rest = '') => {
        const other = others.find(isGiven);
        if (other !== undefined) throw new InputError(`${why}: expected no --${dashed(other)}${rest}`);
      };
      if (options.explainRow)
        expectNo(['simulate', 'checkpoint', 'resume', 'answer'], '--explain-row searches nothing');
      if (options.answer !== undefined)
        expectNo(
          ['tlbs', 'engine', 'guest', 'symmetry', 'checkpoint', 'resume', 'simulate'],
          '--answer is for a search as sweeps have it',
        );
      if (options.linux !== undefined) {
        const why = `--linux ${options.linux}`;
        expectNo(
          ['kernel', 'set', 'engine', 'guest', 'symmetry', 'checkpoint', 'resume', 'explainRow'],
          why,
          ' with it',
        );
        if (file !== undefined) throw new InputError(`${why}: expected no ${file} with it`);
      }
      if (file !== undefined && !isKernelFile(file))
        throw new InputError(`${file}: expected a ${EXTENSIONS} file; a kernel by name is --kernel ${file}`);
      const isOne = [
        'layout',
        'bound',
        'guest',
        'simulate',
        'checkpoint',
        'resume',
        'answer',
        'explainRow',
      ].some(isGiven);
      finish(await check({ ...options, kernel: file ?? options.kernel }, isOne));
    });
}

/** @param isOne whether the layout is settled; else a changed kernel is searched on every small one */
async function check(options: CheckCommandOptions, isOne: boolean): Promise<ExitCode> {
  const { contract, layout, bound } = options;
  const builtLayout = buildLayout(LAYOUTS[layout], bound);
  const ofCode =
    options.linux === undefined
      ? null
      : await chooseLinux({ linux: options.linux, layout: builtLayout, contract: CONTRACTS[contract] });
  const chosen = ofCode?.chosen ?? (await kernelOf(options));
  refuseTogether(options);
  const world: World = { layout: builtLayout, kernel: chosen.kernel, contract: CONTRACTS[contract] };
  const job: CheckJob = {
    kernel: decisionsOf(world.kernel),
    contract: world.contract,
    layout: LAYOUTS[layout],
    bounds: bound,
    tlbs: options.engine === undefined ? options.tlbs : 'whole',
    gear: options.engine,
    overrides: chosen.overrides,
    ...(ofCode !== null && { linux: ofCode.tree }),
    flushesOrdered: false,
    ...(options.guest !== undefined && { guest: options.guest }),
  };
  if (options.explainRow) return explainRow(world, job, options.json ?? false);
  const progress = new ProgressLine(options);
  if (!isOne && isChanged(chosen.changes))
    return checkScopes(
      scopesCommand(options, chosen, job, progress),
      jsonHeadingOf(chosen, options, job),
      options.json ?? false,
    );
  const limits = limitsOf(options);
  if (options.simulate !== undefined) return walk(options, chosen, world, job, limits, progress);
  if (options.answer === undefined) return searchAll(options, chosen, world, job, limits, progress);
  const swept = ofCode === null ? sweptKernel(chosen, options.set) : sweptLinux(ofCode.tree);
  const search = searchOf(swept, contract, { layout, bounds: builtLayout.bounds });
  const answer = new AnswerFile(options.answer, search);
  const kept = ofCode === null && { checkpoint: answer.checkpoint };
  const resume = kept ? answer.resume : undefined;
  return answer.carryOut(options.json ?? false, () =>
    searchAll(
      { ...options, ...kept, ...(resume !== undefined && { resume }) },
      chosen,
      world,
      job,
      limits,
      progress,
      answer,
    ),
  );
}

async function searchAll(
  options: CheckCommandOptions,
  chosen: ChosenKernel,
  world: World,
  job: CheckJob,
  limits: Limits,
  progress: ProgressLine,
  answer: AnswerFile | null = null,
): Promise<ExitCode> {
  const { workers, symmetry = false, checkpoint, checkpointEvery, resume } = options;
  const standing = new Standing((far, reason) =>
    options.json
      ? JSON.stringify(
          cutJson(jsonHeadingOf(chosen, options, job), world.layout.bounds, far, progress.seconds),
        )
      : finished(formatCut(world, checkHeadingOf(chosen, options, job, []), far, reason)),
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
      ? await searchEverywhere(scopesCommand(options, chosen, job, progress))
      : [];
  progress.done();
  const heading = checkHeadingOf(chosen, options, job, elsewhere);
  const json = checkJson(
    jsonHeadingOf(chosen, options, job),
    heading,
    world.layout,
    result,
    progress.seconds,
  );
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

async function walk(
  options: CheckCommandOptions,
  chosen: ChosenKernel,
  world: World,
  job: CheckJob,
  limits: Limits,
  progress: ProgressLine,
): Promise<ExitCode> {
  for (const flag of ['checkpoint', 'resume', 'symmetry'] as const) {
    if (options[flag] !== undefined)
      throw new InputError(`--${flag} is for searches: random walks have none`);
  }
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
      ? await searchEverywhere(scopesCommand(options, chosen, job, progress))
      : [];
  progress.done();
  const heading = checkHeadingOf(chosen, options, job, elsewhere);
  if (options.json)
    printJson(
      sampleJson(jsonHeadingOf(chosen, options, job), heading, world.layout, result, progress.seconds),
    );
  else printReport(formatSample(world, heading, result, terminal().columns));
  return exitCodeOf(verdict);
}

/** The search of every small layout, within what is left of the time. */
function scopesCommand(
  { contract, workers, symmetry, maxStates, maxMemory, maxSeconds }: CheckCommandOptions,
  chosen: ChosenKernel,
  { guest: _, ...job }: CheckJob,
  progress: ProgressLine,
): ScopesCommand {
  return {
    chosen,
    job,
    contract,
    workers,
    options: {
      symmetry: symmetry ?? false,
      ...(maxStates !== undefined && { maxStates }),
      ...(maxMemory !== undefined && { maxMemory: maxMemory * MIB }),
    },
    signal: endSignal(maxSeconds === undefined ? undefined : Math.max(0, maxSeconds - progress.seconds)),
    progress,
  };
}

function limitsOf({ maxStates, maxMemory, maxSeconds }: CheckCommandOptions): Limits {
  const limits = defaultLimits();
  tell({ begins: 'work' });
  return makeLimits(
    {
      maxStates: maxStates ?? limits.maxStates,
      maxMemory: maxMemory === undefined ? limits.maxMemory : maxMemory * MIB,
      maxSeconds: maxSeconds ?? limits.maxSeconds,
    },
    interruptSignal(),
  );
}

/** Prints where the search of a job would keep what. */
async function explainRow(world: World, job: CheckJob, json: boolean): Promise<ExitCode> {
  const { rows, facts } = memoMachine(world, await tlbsOf(job));
  const text = formatRow(rows, facts, world.layout.spaces, json);
  if (json) printVerbatim(text);
  else printReport(text);
  return EXIT.holds;
}

/** @throws InputError when options do not go together */
function refuseTogether({ engine, guest }: CheckCommandOptions): void {
  if (guest !== undefined && engine !== undefined)
    throw new InputError(`--guest: expected no --engine, found ${engine}`);
}

function checkHeadingOf(
  chosen: ChosenKernel,
  { contract, guest }: CheckCommandOptions,
  { tlbs }: CheckJob,
  elsewhere: readonly ScopeSearch[],
): CheckHeading {
  return { ...headingOf(chosen, contract), guest, tlbs, changes: chosen.changes, elsewhere };
}

function jsonHeadingOf(
  { name, base, isFile, note, set, overridden, architecture }: ChosenKernel,
  { contract, layout }: CheckCommandOptions,
  { guest, linux }: CheckJob & { readonly linux?: Partial<LinuxTree> | undefined },
): JsonHeading {
  return {
    kernel: name,
    ...((isFile || note !== '') && { base }),
    ...(isFile && { overridden, architecture }),
    set,
    contract,
    layout,
    ...(guest !== undefined && { guest }),
    ...(linux?.tree !== undefined && {
      linux: { tree: linux.tree, commit: linux.commit ?? null, digest: linux.digest ?? '' },
    }),
  };
}

/** `explainRow` as it is on the command line. */
function dashed(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Says that it is bad input of a file that cannot be used or written, and of reducers that fail. */
async function orBadInput<T>(chosen: ChosenKernel, work: () => Promise<T>): Promise<T> {
  return runKernels([chosen], () => orBadFile(work));
}

async function orBadFile<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isBadInput =
      error instanceof CheckpointError ||
      error instanceof WriteError ||
      error instanceof GuestError ||
      // Of code that is searched: where it did not give up before, on the way to a state.
      error instanceof KernelPanic;
    throw isBadInput || isSystemError(error) ? new InputError(error.message) : error;
  }
}
