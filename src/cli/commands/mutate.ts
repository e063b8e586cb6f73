import { Command, InvalidArgumentError } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { decisionsOf } from '../../../spec/define/kernel.ts';
import { DECISION_NAMES, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { type Mutated, type MutateInput, mutate } from '../../mutate/mutate.ts';
import { mutantProver } from '../../mutate/prove-mutant.ts';
import { formatMutate } from '../../report/mutate.ts';
import { mutateJson } from '../../report/mutate-json.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { endSignal } from '../interrupt.ts';
import { runKernels } from '../kernel.ts';
import { addKernelOptions, type KernelOptions, kernelOf, limit, workersOption } from '../options.ts';
import { printJson, printReport } from '../print.ts';
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
    .option(
      '--decision <decision>',
      'change only this decision (may be repeated; default: each)',
      collectDecision,
    )
    .addOption(workersOption('searches carried out side by side'))
    .option('--prove', 'say of each besides whether it is safe for any number of everything')
    .option('--solver <z3|cvc5|path>', 'with --prove: as vtlb prove has it')
    .addOption(limit('--max-seconds <n>', 'stop after so many seconds'))
    .option('--json', 'print one JSON value')
    .action(async (options: MutateCommandOptions) => finish(await run(options)));
}

async function run(options: MutateCommandOptions): Promise<ExitCode> {
  const chosen = await kernelOf(options);
  const { name, kernel, set, overridden, architecture, overrides } = chosen;
  const heading = { kernel: name, set, overridden, architecture, contract: options.contract };
  const progress = new ProgressLine(options);
  if (options.prove && overridden.length > 0)
    throw new InputError(`${name} has its own ${overridden.join(', ')}: --prove knows decisions alone`);
  const signal = endSignal(options.maxSeconds);
  const input: MutateInput = {
    kernel,
    overrides,
    contract: CONTRACTS[options.contract],
    decisions: options.decision,
    workers: options.workers,
    signal,
    onProgress: (text) => progress.show(text),
  };
  const mutated = await runKernels([chosen], () =>
    options.prove
      ? withSolver(options.solver, (solver) =>
          mutate({ ...input, proofOf: mutantProver(decisionsOf(kernel), input.contract, solver, signal) }),
        )
      : mutate(input),
  );
  progress.done();
  if (options.json) printJson(mutateJson(heading, mutated, progress.seconds));
  else printReport(formatMutate(heading, mutated));
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
