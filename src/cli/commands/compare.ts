import { Argument, Command, Option } from 'commander';
import { CONTRACTS, type ContractName } from '../../../spec/contracts/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { defaultLimits, makeLimits } from '../../checker/limits.ts';
import { type Comparison, compareOn } from '../../compare/compare.ts';
import { layoutsFor } from '../../compare/layouts.ts';
import { differenceKind, formatComparison } from '../../report/compare.ts';
import { compareJson } from '../../report/compare-json.ts';
import { formatDifferences } from '../../report/kernels.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { details } from '../help.ts';
import { interruptSignal } from '../interrupt.ts';
import { type ChosenKernel, chooseKernel, KERNEL_DOC, parseKernel, renamed, runKernels } from '../kernel.ts';
import { choice, collectBound, collectDecision, limit, repeated, workersOption } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { addProgressOption, ProgressLine, type ProgressOptions } from '../progress.ts';
import { terminal } from '../terminal.ts';

/** What `vtlb compare` is told. */
interface CompareCommandOptions extends ProgressOptions {
  readonly set: Readonly<Record<string, string>>;
  readonly contract: ContractName;
  readonly layout: readonly LayoutName[];
  readonly bound: Partial<Bounds>;
  readonly workers: number;
  readonly maxStates?: number;
  readonly maxSeconds?: number;
  readonly json?: true;
}

const HELP = `
On each layout: the shortest trace after which the guest may see which kernel it runs on; if there is none, the
shortest that ends with a step that costs the two different work; if there is none, "no difference". A kernel
may show more than another and be as right: what the trace comes to on each says whether it is stale.`;

/** `vtlb compare`: two kernels side by side, and the shortest trace that tells them apart. */
export function compareCommand(finish: (code: ExitCode) => void): Command {
  return addProgressOption(new Command('compare'))
    .addArgument(new Argument('<a>', `a kernel: ${KERNEL_DOC}`).argParser(parseKernel))
    .addArgument(new Argument('<b>', 'another kernel').argParser(parseKernel))
    .addOption(repeated('--set <decision=value>', 'change one decision of the second', collectDecision))
    .addOption(choice('--contract <name>', 'what the traces are judged by', Object.keys(CONTRACTS), 'kvm'))
    .addOption(
      new Option('--layout <name...>', 'guest images')
        .choices(Object.keys(LAYOUTS))
        .default([], 'all, cut down until each takes seconds'),
    )
    .addOption(repeated('--bound <name=N>', 'override a bound of the layouts', collectBound))
    .addOption(workersOption('threads'))
    .addOption(limit('--max-states <n>', 'stop on a layout after so many pairs of states'))
    .addOption(limit('--max-seconds <n>', 'stop after so many seconds in all'))
    .option('--json', 'print one JSON value')
    .addHelpText('after', details(HELP))
    .action(async (a: string, b: string, options: CompareCommandOptions) =>
      finish(await compare(renamed(await chooseKernel(a)), await chooseSecond(b, options), options)),
    );
}

/** The second kernel, named with the decisions that are set on top of it. */
async function chooseSecond(name: string, { set }: CompareCommandOptions): Promise<ChosenKernel> {
  const changes = Object.entries(set).map(([decision, value]) => ` ${decision}=${value}`);
  return renamed(await chooseKernel(name, set), changes.join(''));
}

async function compare(a: ChosenKernel, b: ChosenKernel, options: CompareCommandOptions): Promise<ExitCode> {
  const { contract, json = false, workers, maxStates } = options;
  const layouts = layoutsFor(options.layout, options.bound);
  for (const { layout, bounds } of layouts) buildLayout(LAYOUTS[layout], bounds);
  const { columns } = terminal();
  const progress = new ProgressLine(options);
  const { maxMemory, ...limits } = defaultLimits();
  const secondsLeft = () => (options.maxSeconds ?? limits.maxSeconds) - progress.seconds;
  const signal = interruptSignal();
  const comparisons: Comparison[] = [];
  const names = [a.name, b.name] as const;
  if (!json) printReport(`${formatDifferences(a, b, columns)}\n`);
  for (const compared of layouts) {
    if (signal.aborted || secondsLeft() <= 0) break;
    const comparison = await runKernels([a, b], () =>
      compareOn(compared, CONTRACTS[contract], a, b, {
        limits: makeLimits(
          { maxStates: maxStates ?? limits.maxStates, maxMemory, maxSeconds: secondsLeft() },
          signal,
        ),
        workers,
        onProgress: (now) => progress.search(now),
      }),
    );
    comparisons.push(comparison);
    progress.clear();
    if (!json)
      printReport(
        `${comparisons.length === 1 ? '' : '\n'}${formatComparison(names, contract, comparison, columns)}`,
      );
  }
  progress.done();
  const left = layouts.slice(comparisons.length).map(({ layout }) => layout);
  if (!json && left.length > 0) printReport(`\nSTOPPED before these layouts: ${left.join(', ')}`);
  if (json)
    printJson({
      ...compareJson(a, b, contract, comparisons, progress.seconds),
      ...(left.length > 0 && { notCompared: left }),
    });
  const code = exitCodeOf(comparisons);
  return code === EXIT.holds && left.length > 0 ? EXIT.stopped : code;
}

function exitCodeOf(comparisons: readonly Comparison[]): ExitCode {
  const kinds = comparisons.map(differenceKind);
  if (kinds.some((kind) => kind === 'visible' || kind === 'cost')) return EXIT.violated;
  return kinds.includes('unknown') ? EXIT.stopped : EXIT.holds;
}
