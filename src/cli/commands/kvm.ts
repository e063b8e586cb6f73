import { existsSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { RELEASES } from '../../../spec/kernels/releases.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import { LINUX_VERSIONS, type LinuxVersion } from '../../conform/harness.ts';
import { compareResult } from '../../kvm/compare.ts';
import { expectedBySdm, expectedOnKvm } from '../../kvm/expect.ts';
import { UnsupportedGuest } from '../../kvm/image.ts';
import { type Program, programFor, UnsupportedStep } from '../../kvm/program.ts';
import { type BootedKernel, RigMissing, RigStopped, runOnKvm } from '../../kvm/rig.ts';
import { stepsFrom } from '../../replay/replay.ts';
import { formatKvm, type KvmReport, kvmVerdict } from '../../report/kvm.ts';
import type { TraceLine } from '../../trace/parse.ts';
import { formatEvent } from '../../trace/print.ts';
import { EXIT, type ExitCode, InputError, say } from '../exit-code.ts';
import { details } from '../help.ts';
import { interruptSignal } from '../interrupt.ts';
import { chooseKernel, headingOf, runKernels } from '../kernel.ts';
import { addWorldOptions, choice, defaultIs, type WorldOptions, wholeNumber } from '../options.ts';
import { printJson, printReport } from '../print.ts';
import { addProgressOption, ProgressLine } from '../progress.ts';
import { readTrace } from '../read-trace.ts';
import { onLayoutOf, TRACE_DOC } from '../scenario.ts';
import { terminal } from '../terminal.ts';

interface KvmOptions extends WorldOptions {
  readonly linux: LinuxVersion;
  readonly pcid?: true;
  readonly kernelImage?: string;
  readonly modules?: string;
  readonly maxSeconds: number;
  readonly progress?: true;
  readonly json?: true;
}

/** Nothing here takes longer, on however slow a machine. */
const MOST_SECONDS = 3600;

const DETAILS = `
A guest carries the trace out, an instruction an event, on a kernel that is booted in an emulator with KVM's shadow
paging (npt=0, or with --pcid ept=0, which takes minutes). Needed, on Debian: apt-get install qemu-system-x86 gcc
libc6-dev; with --pcid: bochs bochs-term bochsbios vgabios isolinux syslinux-common xorriso gcc libc6-dev.`;

/** `vtlb kvm`: a trace on a running KVM, beside the specification. */
export function kvmCommand(finish: (code: ExitCode) => void): Command {
  const command = addWorldOptions(new Command('kvm'));
  defaultIs(command, '--kernel', 'the one of the kernel that is booted');
  return addProgressOption(command)
    .addOption(
      choice(
        '--linux <version>',
        'what is booted: Debian kernel package',
        Object.keys(LINUX_VERSIONS),
        '6.12',
      ),
    )
    .option('--pcid', 'a processor with PCIDs and INVPCID, which takes minutes to boot')
    .option('--kernel-image <file>', 'a bzImage to boot in place of --linux')
    .option(
      '--modules <folder>',
      "where the image's KVM modules lie, at whatever depth; none if KVM is built in",
    )
    .option('--max-seconds <n>', 'stop after so many seconds', wholeNumber(1), MOST_SECONDS)
    .argument('<trace>', TRACE_DOC)
    .option('--json', 'print one JSON value')
    .addHelpText('after', details(DETAILS))
    .action(async (file: string, options: KvmOptions) => {
      for (const [name, path, isFolder] of [
        ['--kernel-image', options.kernelImage, false],
        ['--modules', options.modules, true],
      ] as const)
        if (path !== undefined && (!existsSync(path) || statSync(path).isDirectory() !== isFolder))
          throw new InputError(`${name} ${path}: expected a ${isFolder ? 'folder' : 'file'}`);
      if (options.modules !== undefined && options.kernelImage === undefined)
        throw new InputError(`--modules ${options.modules}: expected --kernel-image with it`);
      const isNamed = command.getOptionValueSource('kernel') !== 'default';
      finish(await run(file, onLayoutOf(file, options, command), isNamed));
    });
}

async function run(file: string, options: KvmOptions, isNamed: boolean): Promise<ExitCode> {
  const layout = buildLayout(LAYOUTS[options.layout], { cachedRoots: 3, ...options.bound });
  if (layout.bounds.cachedRoots !== 3)
    throw new InputError(`bound cachedRoots=${layout.bounds.cachedRoots}: Linux has 3`);
  const lines = await readTrace(file, layout);
  if (lines.length === 0) throw new InputError(`${file}: expected at least one event`);
  const contract = CONTRACTS[options.contract];
  // What a guest's instructions are does not depend on the kernel.
  const program = programOf(
    file,
    { layout, kernel: KERNELS['v6.12'], contract },
    lines,
    options.pcid === true,
  );
  const ran = await booted(options, program);
  if (ran === null) return EXIT.stopped;
  const { release, result } = ran;
  const name = isNamed ? options.kernel : recordOf(release);
  const chosen = await chooseKernel(name, options.set);
  const world = { layout, kernel: chosen.kernel, contract };
  const events = lines.map(({ event }) => event);
  const report = await runKernels([chosen], (): KvmReport => {
    const expected = expectedOnKvm(world, events);
    return {
      release,
      emulator: emulatorOf(options),
      record: headingOf(chosen, options.contract).kernel,
      steps: compareResult(expected, result ?? { words: [], stopped: null }),
      bySdm: expectedBySdm(world, events),
      stopped: result === null ? 'nothing was heard of it' : result.stopped,
    };
  });
  if (options.json) printJson(toJson(report, options, chosen.set, lines));
  else printReport(formatKvm(report, terminal().columns));
  return { agrees: EXIT.holds, differs: EXIT.violated, stopped: EXIT.stopped }[kvmVerdict(report)];
}

/** @throws InputError that names the line */
function programOf(file: string, world: World, lines: readonly TraceLine[], hasPcid: boolean): Program {
  try {
    const events = lines.map(({ event }) => event);
    return programFor(world, stepsFrom(world, initialMachine(world), events), hasPcid);
  } catch (error) {
    if (error instanceof UnsupportedGuest) throw new InputError(error.message);
    if (!(error instanceof UnsupportedStep)) throw error;
    const place = `${file === '-' ? 'standard input' : file}: line ${lines[error.step]?.line}`;
    throw new InputError(`${place}: ${error.message}`);
  }
}

/** Null if it came to no end, of which it says why. @throws InputError that says what is missing */
async function booted(options: KvmOptions, program: Program) {
  const progress = new ProgressLine(options);
  try {
    return await runOnKvm(
      {
        kernel: kernelToBoot(options),
        emulator: emulatorOf(options),
        seconds: options.maxSeconds,
        signal: interruptSignal(),
        say: (text) => progress.show(text),
      },
      program,
    );
  } catch (error) {
    if (error instanceof RigMissing) throw new InputError(error.message);
    if (!(error instanceof RigStopped)) throw error;
    progress.clear();
    say(`STOPPED  ${error.message}`);
    return null;
  } finally {
    progress.clear();
  }
}

function kernelToBoot({ linux, kernelImage, modules }: KvmOptions): BootedKernel {
  return kernelImage === undefined ? linux : { image: kernelImage, modules };
}

function emulatorOf({ pcid }: KvmOptions): 'qemu' | 'bochs' {
  return pcid ? 'bochs' : 'qemu';
}

/** The record for what a kernel says that it is, `6.12.117+deb12-amd64`. @throws InputError if there is none */
function recordOf(release: string): string {
  const name = `v${/^\d+\.\d+/.exec(release)?.[0]}`;
  if (Object.hasOwn(KERNELS, name) || Object.hasOwn(RELEASES, name)) return name;
  throw new InputError(`Linux ${release} has no record: expected --kernel with the one that describes it`);
}

function toJson(report: KvmReport, options: KvmOptions, set: object, lines: readonly TraceLine[]) {
  const { release, emulator, record, steps, bySdm, stopped } = report;
  return {
    linux: release,
    emulator,
    kernel: record,
    set,
    layout: options.layout,
    steps: steps.map(({ event, may, read, differs }, i) => ({
      line: lines[i]?.line,
      event: formatEvent(event),
      may,
      read,
      bySdm: bySdm[i]?.may,
      differs,
    })),
    stopped,
    verdict: kvmVerdict(report),
  };
}
