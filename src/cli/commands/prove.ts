import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { SAFETY_CLAUSE } from '../../../spec/proof/invariant.ts';
import { LEVEL_COUNTS } from '../../../spec/proof/vocabulary.ts';
import { counterexample } from '../../prove/counterexample.ts';
import { findTrace } from '../../prove/find-trace.ts';
import { type Attempt, proveAll, type Subject, scriptsOf, subjectsOf } from '../../prove/prove.ts';
import type { Solver } from '../../prove/solver.ts';
import { formatCounterexample } from '../../report/counterexample.ts';
import { formatProof, type ProofReport, verdictOf } from '../../report/prove.ts';
import { proofJson } from '../../report/prove-json.ts';
import { searchOf } from '../../sweep/search.ts';
import { AnswerFile, answerOption } from '../answer-file.ts';
import { EXIT, type ExitCode, InputError, messageOf, say } from '../exit-code.ts';
import { endSignal } from '../interrupt.ts';
import { type ChosenKernel, headingOf, runKernels } from '../kernel.ts';
import { addKernelOptions, type KernelOptions, kernelOf, limit } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';
import { withSolver } from '../solver.ts';
import { sweptKernel } from '../swept.ts';

interface ProveOptions extends KernelOptions, ProgressOptions {
  readonly levels?: string;
  readonly solver?: string;
  readonly smtlib?: string;
  readonly answer?: string;
  readonly maxSeconds?: number;
  readonly json?: true;
}

/** `vtlb prove`: safety for any number of everything. */
export function proveCommand(finish: (code: ExitCode) => void): Command {
  return addProgressOption(addKernelOptions(new Command('prove')))
    .addOption(
      new Option('--levels <n>', 'on tables of so many levels, and not of each number of them').choices(
        LEVEL_COUNTS.map(String),
      ),
    )
    .option(
      '--solver <z3|cvc5|path>',
      'a solver of the PATH, or a program, in place of the package z3-solver',
    )
    .option('--smtlib <folder>', 'write what a solver would be asked, and ask none')
    .addOption(answerOption())
    .addOption(limit('--max-seconds <n>', 'stop after so many seconds'))
    .option('--json', 'print one JSON value')
    .action(async (options: ProveOptions) => {
      if (options.answer !== undefined && options.smtlib !== undefined)
        throw new InputError('--smtlib asks no solver: expected no --answer');
      if (options.answer !== undefined && options.levels !== undefined)
        throw new InputError('--answer is of tables of any number of levels: expected no --levels');
      const chosen = await kernelOf(options);
      const levels = options.levels === undefined ? LEVEL_COUNTS : [Number(options.levels)];
      const subjects = await runKernels([chosen], () =>
        subjectsOf(chosen.kernel, CONTRACTS[options.contract], levels, chosen.changes.decisions),
      );
      finish(
        options.smtlib === undefined
          ? await answer(chosen, subjects, options)
          : write(subjects, options.smtlib),
      );
    });
}

async function answer(
  chosen: ChosenKernel,
  subjects: readonly Subject[],
  options: ProveOptions,
): Promise<ExitCode> {
  if (options.answer === undefined) return run(chosen, subjects, options);
  const search = searchOf(sweptKernel(chosen, options.set), options.contract, null);
  const file = new AnswerFile(options.answer, search);
  return file.carryOut(options.json ?? false, () => run(chosen, subjects, options, file));
}

async function run(
  chosen: ChosenKernel,
  subjects: readonly Subject[],
  options: ProveOptions,
  file: AnswerFile | null = null,
): Promise<ExitCode> {
  const progress = new ProgressLine(options);
  const signal = endSignal(options.maxSeconds);
  const show = (text: string) => progress.show(text);
  try {
    const report = await withSolver(options.solver, async (solver): Promise<ProofReport> => {
      const attempts = await proveAll(subjects, { solver, signal, onProgress: show });
      const failed = attempts.find(({ isProved }) => !isProved);
      if (failed === undefined) return { attempts, trace: null, counterexample: null, solver: solver.name };
      const { kernel, overrides } = chosen;
      const { levels, contract } = failed.subject;
      const search = () => findTrace(levels, kernel, overrides, contract, signal, show);
      const trace = await runKernels([chosen], search);
      const example = await exampleOf(failed, solver, signal);
      return { attempts, trace, counterexample: example, solver: solver.name };
    });
    progress.done();
    const heading = { kernel: chosen.name, set: chosen.set, contract: options.contract };
    const json = proofJson(heading, report, progress.seconds);
    file?.write(json);
    if (options.json) printJson(json);
    else printReport(formatProof(headingOf(chosen, options.contract), report));
    return { proved: EXIT.holds, broken: EXIT.violated, open: EXIT.stopped }[verdictOf(report)];
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.clear();
    say(`stopped (${signal.reason}) before anything was proved`);
    return EXIT.stopped;
  }
}

/** The machine in which safety is not kept, in words. */
async function exampleOf({ subject, lost }: Attempt, solver: Solver, signal: AbortSignal) {
  const fall = lost.find(({ clause }) => clause === SAFETY_CLAUSE);
  const found = fall === undefined ? null : await counterexample(fall, solver, signal);
  return found && formatCounterexample(found, subject.kernel, subject.contract);
}

/** @throws InputError if a file cannot be written */
function write(subjects: readonly Subject[], folder: string): ExitCode {
  const scripts = subjects.flatMap(scriptsOf);
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, script] of scripts) writeFileSync(join(folder, file), script);
  } catch (error) {
    throw new InputError(`--smtlib ${folder}: ${messageOf(error)}`);
  }
  process.stdout.write(
    `${scripts.length} scripts in ${folder}: safety is proved if a solver answers unsat to every question of each\n`,
  );
  return EXIT.stopped;
}
