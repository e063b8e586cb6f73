import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { DECISION_NAMES, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { decisionsOf } from '../../../spec/world/define.ts';
import { type Mutated, type MutateInput, mutate } from '../../mutate/mutate.ts';
import { mutantProver } from '../../mutate/prove-mutant.ts';
import { formatMutate } from '../../report/mutate.ts';
import { mutateJson } from '../../report/mutate-json.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { endSignal } from '../interrupt.ts';
import { addKernelOptions, type KernelOptions, kernelOf, wholeNumber } from '../options.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';
import { withSolver } from '../solver.ts';

/** What `vtlb mutate` is told. */
interface MutateCommandOptions extends KernelOptions, ProgressOptions {
  readonly decision?: readonly DecisionName[];
  readonly workers: number;
  readonly prove?: true;
  readonly solver?: string;
  readonly maxSeconds?: number;
  readonly json?: true;
}

/** `vtlb mutate`: each decision of a kernel changed in turn, and what breaks without it. */
export function mutateCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('mutate');
  return addProgressOption(addKernelOptions(command))
    .option('--decision <name>', 'change only this decision (may be repeated)', collectDecision)
    .option('--workers <n>', 'searches carried out side by side', wholeNumber(1), availableParallelism())
    .option('--prove', 'say of each besides whether it is safe for any number of everything')
    .option('--solver <z3|cvc5|path>', 'with --prove: as vtlb prove has it')
    .option('--max-seconds <n>', 'stop after so many seconds', wholeNumber(1))
    .option('--json', 'print one JSON value')
    .action(async (options: MutateCommandOptions) => finish(await run(options)));
}

async function run(options: MutateCommandOptions): Promise<ExitCode> {
  const { name, kernel, set, overridden } = await kernelOf(options);
  if (overridden.length > 0)
    throw new InputError(`${name} has its own ${overridden.join(', ')}: expected a kernel of decisions`);
  const heading = { kernel: name, set, contract: options.contract };
  const progress = new ProgressLine(options);
  const signal = endSignal(options.maxSeconds);
  const input: MutateInput = {
    kernel: decisionsOf(kernel),
    contract: CONTRACTS[options.contract],
    decisions: options.decision,
    workers: options.workers,
    signal,
    onProgress: (text) => progress.show(text),
  };
  const mutated = options.prove
    ? await withSolver(options.solver, (solver) =>
        mutate({ ...input, proofOf: mutantProver(input.kernel, input.contract, solver, signal) }),
      )
    : await mutate(input);
  progress.done();
  const text = options.json
    ? JSON.stringify(mutateJson(heading, mutated, progress.seconds))
    : formatMutate(heading, mutated);
  process.stdout.write(`${text}\n`);
  return codeOf(mutated);
}

/** A kernel that is itself in breach is what its user must hear of first. */
function codeOf({ base, mutants }: Mutated): ExitCode {
  if (base.some(({ result }) => (result?.violations.length ?? 0) > 0)) return EXIT.violated;
  return mutants.some(({ needed }) => needed === null) ? EXIT.stopped : EXIT.holds;
}

function collectDecision(name: string, previous: readonly DecisionName[] = []): DecisionName[] {
  const decision = DECISION_NAMES.find((each) => each === name);
  if (decision === undefined)
    throw new InvalidArgumentError(
      `unknown decision '${name}': expected one of ${DECISION_NAMES.join(', ')}`,
    );
  return [...previous, decision];
}
