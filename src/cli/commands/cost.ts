import { Command, InvalidArgumentError } from 'commander';
import { type Cost, costOf, groupCosts } from '../../cost/cost.ts';
import { type KernelOptimisations, optimisationsOf } from '../../cost/optimisations.ts';
import { TELLING_KERNELS, WORKLOADS } from '../../cost/workloads.ts';
import { formatCosts, formatOptimisations } from '../../report/cost.ts';
import { plotCosts } from '../../report/cost-plot.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { details } from '../help.ts';
import { type ChosenKernel, chooseKernel, KERNEL_DOC, parseKernel, renamed, runKernels } from '../kernel.ts';
import { collectDecision, repeated, wholeNumber } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';
import { terminal } from '../terminal.ts';
import { expectWritable, writeWhole } from '../write-file.ts';

/** What `vtlb cost` is told. */
interface CostCommandOptions extends ProgressOptions {
  readonly kernel?: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly workload?: readonly string[];
  readonly events: number;
  readonly svg?: string;
  readonly optimisations?: true;
  readonly json?: true;
}

/** The names that `--workload` takes. */
export const WORKLOAD_NAMES = WORKLOADS.map(({ name }) => name);

const HELP = `
Workloads:
${WORKLOADS.map(({ name, doc }) => `  ${name.padEnd(20)}  ${doc}`).join('\n')}

A turn of a workload is counted after its setup and one turn to warm up. When a turn ends in the state in which
it began, every later one costs the same, and is counted without being run again.`;

/** `vtlb cost`: what workloads cost on kernels, event by event. */
export function costCommand(finish: (code: ExitCode) => void): Command {
  return addProgressOption(new Command('cost'))
    .option(
      '--kernel <name|file...>',
      `kernels: ${KERNEL_DOC} (default: ${TELLING_KERNELS.join(' ')})`,
      collect(parseKernel),
    )
    .addOption(
      repeated(
        '--set <decision=value>',
        'also count each kernel with this decision changed',
        collectDecision,
      ),
    )
    .option('--workload <workload...>', 'workloads (default: all)', collect(parseWorkload))
    .option('--events <n>', 'events of each workload', wholeNumber(1), 1_000_000)
    .option('--svg <file>', 'write a plot to this file')
    .option('--optimisations', 'also try from every reachable state what each kernel should be spared')
    .option('--json', 'print one JSON value')
    .addHelpText('after', details(HELP))
    .action(async (options: CostCommandOptions) => finish(await cost(options)));
}

async function cost({
  kernel = TELLING_KERNELS,
  set,
  workload,
  events,
  svg,
  optimisations,
  json,
  progress: progressOption,
}: CostCommandOptions): Promise<ExitCode> {
  if (svg !== undefined) expectWritable(svg);
  const workloads = WORKLOADS.filter(({ name }) => workload?.includes(name) ?? true);
  const chosen = await chooseAll(kernel, set);
  const progress = new ProgressLine({ json, progress: progressOption });
  const costs: Cost[] = [];
  for (const each of workloads) {
    progress.show(each.name);
    for (const one of chosen) costs.push(await runKernels([one], () => costOf(one, each, events)));
  }
  const kept: KernelOptimisations[] = [];
  for (const one of optimisations ? chosen : []) {
    progress.show(`optimisations of ${one.name}`);
    kept.push(await runKernels([one], () => optimisationsOf(one)));
  }
  progress.done();
  const groups = groupCosts(workloads, costs);
  const { columns } = terminal();
  if (json)
    printJson({
      events,
      costs,
      ...(optimisations && { optimisations: kept }),
      seconds: Number(progress.seconds.toFixed(3)),
    });
  else
    printReport(
      [
        formatCosts(groups, events, columns),
        ...(optimisations ? [formatOptimisations(kept, columns)] : []),
      ].join('\n\n'),
    );
  if (svg !== undefined) writeWhole(svg, plotCosts(groups, events));
  return EXIT.holds;
}

/** Kernels, each followed by what it becomes when decisions are changed, if any are, under a name that says so. */
async function chooseAll(
  names: readonly string[],
  set: Readonly<Record<string, string>>,
): Promise<ChosenKernel[]> {
  const changes = Object.entries(set).map(([decision, value]) => `${decision}=${value}`);
  const chosen: ChosenKernel[] = [];
  for (const name of names) {
    chosen.push(renamed(await chooseKernel(name)));
    if (changes.length > 0) chosen.push(renamed(await chooseKernel(name, set), ` ${changes.join(' ')}`));
  }
  return chosen;
}

function parseWorkload(text: string): string {
  if (!WORKLOAD_NAMES.includes(text))
    throw new InvalidArgumentError(`expected one of ${WORKLOAD_NAMES.join(', ')}`);
  return text;
}

/** Takes names one by one, each only once. */
function collect(parse: (text: string) => string): (text: string, previous?: readonly string[]) => string[] {
  return (text, previous = []) => [...new Set([...previous, parse(text)])];
}
