import { Command, InvalidArgumentError } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { ENGINES, type EngineName } from '../../engine/engines.ts';
import { formatCheck } from '../../report/check.ts';
import { runJob } from '../../search/job.ts';
import { defaultLimits, makeLimits } from '../../search/limits.ts';
import type { SearchResult } from '../../search/search.ts';
import { formatEvent } from '../../trace/print.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { interruptSignal } from '../interrupt.ts';
import { addWorldOptions, choice, kernelOf, type WorldOptions, wholeNumber } from '../options.ts';
import { ProgressLine } from '../progress.ts';

interface CheckOptions extends WorldOptions {
  readonly engine: EngineName;
  readonly maxStates?: number;
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
  readonly json?: true;
}

const MIB = 2 ** 20;

/** `vtlb check`: every reachable state of a kernel on a layout, against every property. */
export function checkCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('check').description('search every reachable state for a broken property');
  return addWorldOptions(command)
    .addOption(choice('--engine <name>', 'how the recipes are run', Object.keys(ENGINES), 'in-place'))
    .option('--workers <n>', 'threads: this search runs on one', onlyOne)
    .option('--max-states <n>', 'stop after so many states', wholeNumber(1))
    .option(
      '--max-memory <mib>',
      'stop when the heap holds so many MiB (default: 80 % of what Node allows)',
      wholeNumber(1),
    )
    .option('--max-seconds <n>', 'stop after so many seconds', wholeNumber(1))
    .option('--json', 'print one JSON value')
    .action(async (options: CheckOptions) => finish(await check(options)));
}

async function check(options: CheckOptions): Promise<ExitCode> {
  const { contract, layout: name, bound, engine } = options;
  const layout = buildLayout(LAYOUTS[name], bound);
  const kernel = kernelOf(options);
  const limits = defaultLimits();
  const progress = new ProgressLine(options.json ?? false);
  const result = await runJob(
    { kernel, contract, layout: name, bounds: bound, engine, flushesOrdered: false },
    makeLimits(
      {
        maxStates: options.maxStates ?? limits.maxStates,
        maxMemory: options.maxMemory === undefined ? limits.maxMemory : options.maxMemory * MIB,
        maxSeconds: options.maxSeconds ?? limits.maxSeconds,
      },
      interruptSignal(),
    ),
    (now) => progress.search(now),
  );
  progress.done();
  const world = { layout, kernel, contract: CONTRACTS[contract] };
  const text = options.json
    ? JSON.stringify(toJson(options, layout.bounds, result, progress.seconds))
    : formatCheck(world, options, result);
  process.stdout.write(`${text}\n`);
  if (result.violations.length > 0) return EXIT.violated;
  return result.complete ? EXIT.holds : EXIT.stopped;
}

function toJson(options: CheckOptions, bounds: Readonly<Bounds>, result: SearchResult, seconds: number) {
  const { kernel, set, contract, layout, engine } = options;
  const { complete, states, transitions, depth } = result;
  const [violation] = result.violations;
  return {
    kernel,
    set,
    contract,
    layout,
    bounds,
    engine,
    verdict: violation !== undefined ? 'violated' : complete ? 'holds' : 'stopped',
    complete,
    states,
    transitions,
    depth,
    seconds: Number(seconds.toFixed(3)),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    violation:
      violation === undefined
        ? null
        : {
            property: violation.property,
            message: violation.message,
            trace: violation.trace.map(formatEvent),
          },
  };
}

function onlyOne(text: string): number {
  if (text !== '1') throw new InvalidArgumentError('expected 1: the search runs on one thread');
  return 1;
}
