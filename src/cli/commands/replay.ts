import { Command } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { withGiveUps } from '../../linux/give-ups.ts';
import { type Replay, replay } from '../../replay/replay.ts';
import { formatReplay } from '../../report/replay.ts';
import { stepJson } from '../../report/replay-json.ts';
import type { TraceLine } from '../../trace/parse.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { type ChosenKernel, headingOf, runKernels } from '../kernel.ts';
import { chooseLinux, expectNoRecord, linuxOption } from '../linux.ts';
import { addWorldOptions, kernelOf, type WorldOptions } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { readTrace } from '../read-trace.ts';
import { onLayoutOf, TRACE_DOC } from '../scenario.ts';
import { terminal } from '../terminal.ts';

interface ReplayOptions extends WorldOptions {
  readonly linux?: string;
  readonly json?: true;
}

/** `vtlb replay`: a trace, step by step. */
export function replayCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('replay');
  return addWorldOptions(command)
    .addOption(linuxOption())
    .argument('<trace>', TRACE_DOC)
    .option('--json', 'print one JSON value')
    .action(async (file: string, options: ReplayOptions) => {
      expectNoRecord(options.linux, command);
      finish(await run(file, onLayoutOf(file, options, command)));
    });
}

async function run(file: string, options: ReplayOptions): Promise<ExitCode> {
  const layout = buildLayout(LAYOUTS[options.layout], options.bound);
  const lines = await readTrace(file, layout);
  const contract = CONTRACTS[options.contract];
  const events = lines.map(({ event }) => event);
  const ofCode =
    options.linux === undefined
      ? null
      : await chooseLinux({ linux: options.linux, layout, contract, events });
  const chosen = ofCode?.chosen ?? (await kernelOf(options));
  const world = { layout, kernel: chosen.kernel, contract };
  const plain = await runKernels([chosen], () => replay(world, events));
  const replayed = ofCode === null ? plain : withGiveUps(plain, ofCode.plain);
  if (options.json) printJson(toJson(chosen, options, lines, replayed));
  else printReport(formatReplay(world, headingOf(chosen, options.contract), replayed, terminal().columns));
  return replayed.verdict === 'clean' ? EXIT.holds : EXIT.violated;
}

function toJson(
  { name, base, isFile, note, set, architecture }: ChosenKernel,
  { contract, layout }: ReplayOptions,
  lines: readonly TraceLine[],
  replayed: Replay,
) {
  return {
    kernel: name,
    ...(!isFile && note !== '' && { base }),
    set,
    contract,
    layout,
    steps: replayed.steps.map((step, i) => stepJson(step, lines[i]?.line)),
    verdict: replayed.verdict,
    ...(architecture.length > 0 && { architecture }),
  };
}
