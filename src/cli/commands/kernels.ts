import { Argument, Command } from 'commander';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { formatDifferences, formatKernels } from '../../report/kernels.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';

const NAMES = Object.keys(KERNELS) as KernelName[];

/** `vtlb kernels`: the decision table, or what differs between two kernels. */
export function kernelsCommand(finish: (code: ExitCode) => void): Command {
  return new Command('kernels')
    .description('the decisions and how each kernel decides them, or what differs between two')
    .addArgument(new Argument('[a]', 'a kernel').choices(NAMES))
    .addArgument(new Argument('[b]', 'another kernel').choices(NAMES))
    .option('--json', 'print one JSON value')
    .action((a: KernelName | undefined, b: KernelName | undefined, { json }: { json?: true }) => {
      if (a !== undefined && b === undefined)
        throw new InputError('kernels: expected no kernel or two, found one');
      const decisions =
        a && b ? DECISION_NAMES.filter((each) => KERNELS[a][each] !== KERNELS[b][each]) : DECISION_NAMES;
      const kernels = a && b ? [...new Set([a, b])] : NAMES;
      const forPeople = () => (a && b ? formatDifferences(a, b, decisions) : formatKernels());
      process.stdout.write(`${json ? JSON.stringify(toJson(decisions, kernels)) : forPeople()}\n`);
      finish(EXIT.holds);
    });
}

function toJson(decisions: readonly DecisionName[], kernels: readonly KernelName[]) {
  return {
    decisions: Object.fromEntries(
      decisions.map((name) => [
        name,
        { doc: DECISIONS[name].doc, values: Object.keys(DECISIONS[name].values) },
      ]),
    ),
    kernels: Object.fromEntries(
      kernels.map((kernel) => [
        kernel,
        Object.fromEntries(decisions.map((name) => [name, KERNELS[kernel][name]])),
      ]),
    ),
  };
}
