import { Command } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { UnsupportedEvent } from '../../conform/event-words.ts';
import { HarnessMissing, LINUX_VERSIONS, type LinuxVersion, loadKernel } from '../../conform/harness.ts';
import { KernelMachine, KernelPanic, UnsupportedLayout } from '../../conform/kernel-machine.ts';
import { type BothSteps, type Pair, stepBoth } from '../../conform/lockstep.ts';
import { SpecMachine } from '../../conform/spec-machine.ts';
import { formatConform } from '../../conform/steps.ts';
import type { TraceLine } from '../../trace/parse.ts';
import { formatEvent } from '../../trace/print.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { runKernels } from '../kernel.ts';
import { addWorldOptions, choice, defaultIs, kernelOf, type WorldOptions } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { readTrace } from '../read-trace.ts';
import { onLayoutOf, TRACE_DOC } from '../scenario.ts';
import { terminal } from '../terminal.ts';

interface ConformOptions extends WorldOptions {
  readonly linux: LinuxVersion;
  readonly json?: true;
}

/** `vtlb conform`: a trace on the specification and on Linux's own code. */
export function conformCommand(finish: (code: ExitCode) => void): Command {
  const command = addWorldOptions(new Command('conform'));
  defaultIs(command, '--kernel', 'the one of --linux');
  return command
    .addOption(
      choice('--linux <version>', 'whose code: Debian source package', Object.keys(LINUX_VERSIONS), '6.12'),
    )
    .argument('<trace>', TRACE_DOC)
    .option('--json', 'print one JSON value')
    .action(async (file: string, options: ConformOptions) => {
      const isNamed = command.getOptionValueSource('kernel') !== 'default';
      const name = isNamed ? options.kernel : LINUX_VERSIONS[options.linux];
      finish(await conform(file, onLayoutOf(file, { ...options, kernel: name }, command)));
    });
}

async function conform(file: string, options: ConformOptions): Promise<ExitCode> {
  const layout = buildLayout(LAYOUTS[options.layout], options.bound);
  const lines = await readTrace(file, layout);
  const kernel = await kernelMachine(options.linux, layout);
  const chosen = await kernelOf(options);
  const world = { layout, kernel: chosen.kernel, contract: CONTRACTS[options.contract] };
  const pair = { spec: new SpecMachine(world), kernel };
  const steps = await runKernels([chosen], () => runAll(pair, lines));
  if (options.json) printJson(toJson({ ...options, set: chosen.set }, lines, steps));
  else printReport(formatConform(layout, steps, options.linux, terminal().columns));
  return steps.some(({ differs }) => differs.length > 0) ? EXIT.violated : EXIT.holds;
}

/** @throws InputError where Linux's code gives up, or has no such event */
function runAll(pair: Pair, lines: readonly TraceLine[]): BothSteps[] {
  try {
    return lines.map(({ event }) => stepBoth(pair, event));
  } catch (error) {
    if (error instanceof UnsupportedEvent) throw new InputError(error.message);
    if (error instanceof KernelPanic) throw new InputError(`Linux's code gave up at ${error.message}`);
    throw error;
  }
}

/** @throws InputError that says what is missing, or that the driver has no room for the layout */
async function kernelMachine(linux: LinuxVersion, layout: Layout): Promise<KernelMachine> {
  if (layout.bounds.cachedRoots !== 3) {
    throw new InputError(`bound cachedRoots=${layout.bounds.cachedRoots}: Linux has 3`);
  }
  try {
    return new KernelMachine(await loadKernel(linux), layout);
  } catch (error) {
    if (error instanceof HarnessMissing || error instanceof UnsupportedLayout) {
      throw new InputError(error.message);
    }
    throw error;
  }
}

function toJson(
  { linux, kernel, set, layout }: ConformOptions,
  lines: readonly TraceLine[],
  steps: readonly BothSteps[],
) {
  return {
    linux,
    kernel,
    set,
    layout,
    steps: steps.map(({ event, spec, kernel: code, differs }, i) => ({
      line: lines[i]?.line,
      event: formatEvent(event),
      spec: { ...Object.fromEntries(spec.view), sees: spec.sees },
      linux: Object.fromEntries(code),
      differs,
    })),
    verdict: steps.some(({ differs }) => differs.length > 0) ? 'different' : 'equal',
  };
}
