import { Argument, Command } from 'commander';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { differences, formatDifferences, formatKernels, type NamedKernel } from '../../report/kernels.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { chooseKernel, KERNEL_DOC, parseKernel, renamed } from '../kernel.ts';

const NAMED: readonly NamedKernel[] = Object.entries(KERNELS).map(([name, kernel]) => ({
  name,
  kernel,
  overridden: [],
  architecture: [],
}));

/** `vtlb kernels`: the decision table, or what differs between two kernels. */
export function kernelsCommand(finish: (code: ExitCode) => void): Command {
  return new Command('kernels')
    .addArgument(new Argument('[a]', `a kernel: ${KERNEL_DOC}`).argParser(parseKernel))
    .addArgument(new Argument('[b]', 'another kernel').argParser(parseKernel))
    .option('--json', 'print one JSON value')
    .action(async (a: string | undefined, b: string | undefined, { json }: { json?: true }) => {
      if (a !== undefined && b === undefined)
        throw new InputError('kernels: expected no kernel or two, found one');
      const text =
        a === undefined || b === undefined
          ? table(json)
          : comparison(renamed(await chooseKernel(a)), renamed(await chooseKernel(b)), json);
      process.stdout.write(`${text}\n`);
      finish(EXIT.holds);
    });
}

function table(json: true | undefined): string {
  return json ? toJson(DECISION_NAMES, NAMED) : formatKernels();
}

function comparison(a: NamedKernel, b: NamedKernel, json: true | undefined): string {
  return json ? toJson(differences(a, b), [a, b]) : formatDifferences(a, b);
}

function toJson(decisions: readonly DecisionName[], kernels: readonly NamedKernel[]): string {
  return JSON.stringify({
    decisions: Object.fromEntries(
      decisions.map((name) => [
        name,
        { doc: DECISIONS[name].doc, values: Object.keys(DECISIONS[name].values) },
      ]),
    ),
    kernels: Object.fromEntries(
      kernels.map(({ name, kernel }) => [
        name,
        Object.fromEntries(decisions.map((decision) => [decision, kernel[decision]])),
      ]),
    ),
  });
}
