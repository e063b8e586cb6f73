import { Command, InvalidArgumentError } from 'commander';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { costedKernels, costOf, groupCosts } from '../../cost/cost.ts';
import { optimisationsOf } from '../../cost/optimisations.ts';
import { TELLING_KERNELS, WORKLOADS } from '../../cost/workloads.ts';
import { formatCosts, formatOptimisations } from '../../report/cost.ts';
import { plotCosts } from '../../report/cost-plot.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { collectDecision, wholeNumber } from '../options.ts';
import { ProgressLine } from '../progress.ts';
import { writeWhole } from '../write-file.ts';

/** What `vtlb cost` is told. */
interface CostCommandOptions {
  readonly kernel?: readonly KernelName[];
  readonly set: Readonly<Record<string, string>>;
  readonly workload?: readonly string[];
  readonly events: number;
  readonly svg?: string;
  readonly optimisations?: true;
  readonly json?: true;
}

const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];
const WORKLOAD_NAMES = WORKLOADS.map(({ name }) => name);

const HELP = `
Workloads:
${WORKLOADS.map(({ name, doc }) => `  ${name}: ${doc}`).join('\n')}

A turn of a workload is counted after its setup and one turn to warm up. When a turn ends in the state in which
it began, every later one costs the same, and is counted without being run again.`;

/** `vtlb cost`: what workloads cost on kernels, event by event. */
export function costCommand(finish: (code: ExitCode) => void): Command {
  return new Command('cost')
    .option('--kernel <name...>', `kernels (default: ${TELLING_KERNELS.join(' ')})`, collect(KERNEL_NAMES))
    .option(
      '--set <decision=value>',
      'also count each kernel with this decision changed (may be repeated)',
      collectDecision,
      {},
    )
    .option('--workload <name...>', 'workloads (default: all)', collect(WORKLOAD_NAMES))
    .option('--events <n>', 'events of each workload', wholeNumber(1), 1_000_000)
    .option('--svg <file>', 'write a plot to this file')
    .option('--optimisations', 'also try from every reachable state what each kernel should be spared')
    .option('--json', 'print one JSON value')
    .addHelpText('after', HELP)
    .action((options: CostCommandOptions) => finish(cost(options)));
}

function cost({
  kernel = TELLING_KERNELS,
  set,
  workload,
  events,
  svg,
  optimisations,
  json,
}: CostCommandOptions): ExitCode {
  const workloads = WORKLOADS.filter(({ name }) => workload?.includes(name) ?? true);
  const kernels = costedKernels(kernel, set);
  const progress = new ProgressLine(json ?? false);
  const costs = workloads.flatMap((each) => {
    progress.show(each.name);
    return kernels.map((one) => costOf(one, each, events));
  });
  const kept = optimisations
    ? kernels.map((one) => {
        progress.show(`optimisations of ${one.name}`);
        return optimisationsOf(one);
      })
    : undefined;
  progress.done();
  const groups = groupCosts(workloads, costs);
  if (svg !== undefined) writeWhole(svg, plotCosts(groups, events));
  const text = json
    ? JSON.stringify({ events, costs, optimisations: kept, seconds: Number(progress.seconds.toFixed(3)) })
    : [formatCosts(groups, events), ...(kept ? [formatOptimisations(kept)] : [])].join('\n\n');
  process.stdout.write(`${text}\n`);
  return EXIT.holds;
}

/** Takes one of some names, each only once. */
function collect<T extends string>(names: readonly T[]): (text: string, previous?: readonly T[]) => T[] {
  return (text, previous = []) => {
    const name = names.find((each) => each === text);
    if (name === undefined) throw new InvalidArgumentError(`expected one of ${names.join(', ')}`);
    return [...new Set([...previous, name])];
  };
}
