import { Command } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { UnsupportedEvent } from '../../conform/event-words.ts';
import { KernelMachine, KernelPanic } from '../../conform/kernel-machine.ts';
import { loadModule } from '../../conform/load-module.ts';
import { type BothSteps, type Pair, stepBoth } from '../../conform/lockstep.ts';
import { SpecMachine } from '../../conform/spec-machine.ts';
import { type Conformed, formatConform, verdictOf } from '../../conform/steps.ts';
import { buildLinux, type LinuxTree } from '../../linux/tree.ts';
import type { TraceLine } from '../../trace/parse.ts';
import { formatEvent } from '../../trace/print.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { runKernels } from '../kernel.ts';
import { linuxOption, orGaveUp } from '../linux.ts';
import { addWorldOptions, defaultIs, kernelOf, type WorldOptions } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { readTrace } from '../read-trace.ts';
import { onLayoutOf, TRACE_DOC } from '../scenario.ts';
import { terminal } from '../terminal.ts';

interface ConformOptions extends WorldOptions {
  readonly linux: string;
  readonly json?: true;
}

/** `vtlb conform`: a trace on the specification and on Linux's own code. */
export function conformCommand(finish: (code: ExitCode) => void): Command {
  const command = addWorldOptions(new Command('conform'));
  defaultIs(command, '--kernel', 'the one of --linux');
  return command
    .addOption(linuxOption('whose code').default('6.12'))
    .argument('<trace>', TRACE_DOC)
    .option('--json', 'print one JSON value')
    .action(async (file: string, options: ConformOptions) => {
      const isNamed = command.getOptionValueSource('kernel') !== 'default';
      finish(await conform(file, onLayoutOf(file, options, command), isNamed));
    });
}

/** @param isNamed whether the kernel is; else the record is that of the code */
async function conform(file: string, options: ConformOptions, isNamed: boolean): Promise<ExitCode> {
  const layout = buildLayout(LAYOUTS[options.layout], options.bound);
  const lines = await readTrace(file, layout);
  const { tree, machine } = await codeOf(options.linux, layout);
  const name = isNamed ? options.kernel : tree.record;
  const chosen = await kernelOf({ ...options, kernel: name });
  const world = { layout, kernel: chosen.kernel, contract: CONTRACTS[options.contract] };
  const pair = { spec: new SpecMachine(world), kernel: machine };
  const found = await runKernels([chosen], () => runAll(pair, lines));
  if (options.json) printJson(toJson({ ...options, kernel: name, set: chosen.set }, tree, lines, found));
  else printReport(formatConform(layout, found, options.linux, terminal().columns));
  return verdictOf(found) === 'equal' ? EXIT.holds : EXIT.violated;
}

/** Up to the event at which Linux's code gives up, if it does. @throws InputError where it has no such event */
function runAll(pair: Pair, lines: readonly TraceLine[]): Conformed {
  const steps: BothSteps[] = [];
  try {
    for (const { event } of lines) steps.push(stepBoth(pair, event));
  } catch (error) {
    if (error instanceof UnsupportedEvent) throw new InputError(error.message);
    if (error instanceof KernelPanic) return { steps, gaveUp: error.message };
    throw error;
  }
  return { steps, gaveUp: null };
}

/** A kernel's code, at the start of a layout. @throws InputError that says what is missing, or that there is no room */
async function codeOf(linux: string, layout: Layout) {
  if (layout.bounds.cachedRoots !== 3) {
    throw new InputError(`bound cachedRoots=${layout.bounds.cachedRoots}: Linux has 3`);
  }
  return orGaveUp(linux, async () => {
    const tree = await buildLinux(linux);
    return { tree, machine: new KernelMachine(await loadModule(tree.product), layout) };
  });
}

function toJson(
  { linux, kernel, set, layout }: ConformOptions,
  { commit, digest }: LinuxTree,
  lines: readonly TraceLine[],
  found: Conformed,
) {
  return {
    linux,
    commit,
    digest,
    kernel,
    set,
    layout,
    steps: found.steps.map(({ event, spec, kernel: code, differs }, i) => ({
      line: lines[i]?.line,
      event: formatEvent(event),
      spec: { ...Object.fromEntries(spec.view), sees: spec.sees },
      linux: Object.fromEntries(code),
      differs,
    })),
    gaveUp: found.gaveUp,
    verdict: verdictOf(found),
  };
}
