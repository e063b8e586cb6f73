import { dirname, relative, resolve, sep } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { ExportError } from '../../export/export-error.ts';
import { EXPORT_FORMATS, type ExportFormat, exportTrace, exportWarning } from '../../export/formats.ts';
import { carryOut, type ImportedKernel, type TraceRun } from '../../export/trace-run.ts';
import { withGiveUps } from '../../linux/give-ups.ts';
import { EXIT, type ExitCode, InputError, say } from '../exit-code.ts';
import { details } from '../help.ts';
import { type ChosenKernel, runKernels } from '../kernel.ts';
import { chooseLinux, expectNoRecord, type LinuxSetting, linuxOption } from '../linux.ts';
import { addWorldOptions, kernelOf, type WorldOptions } from '../options.ts';
import { readTrace } from '../read-trace.ts';
import { onLayoutOf, TRACE_DOC } from '../scenario.ts';
import { expectWritable, writeWhole } from '../write-file.ts';

interface ExportOptions extends WorldOptions {
  readonly linux?: string;
  readonly to?: ExportFormat;
  readonly out?: string;
  readonly json?: true;
}

const NAMES = Object.keys(EXPORT_FORMATS);

const DETAILS = `
Formats:
${Object.entries(EXPORT_FORMATS)
  .map(([name, { doc }]) => `  ${name.padEnd(16)}${doc}`)
  .join('\n')}

A trace that a format cannot express is bad input. An export that was written ends with code 0, whatever the
trace does; vtlb replay judges it.`;

/** `vtlb export`: a trace in the form of another tool. */
export function exportCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('export');
  return addWorldOptions(command)
    .addOption(linuxOption())
    .argument('<trace>', TRACE_DOC)
    .option('--to <format>', `the form to write: ${NAMES.join(', ')}`, parseFormat)
    .option('--out <file>', 'write to a file instead of standard output')
    .option('--json', 'one JSON value, {format, text}')
    .addHelpText('after', details(DETAILS))
    .action(async (file: string, options: ExportOptions) => {
      expectNoRecord(options.linux, command);
      finish(await run(file, onLayoutOf(file, options, command)));
    });
}

function parseFormat(text: string): ExportFormat {
  if (!Object.hasOwn(EXPORT_FORMATS, text)) {
    throw new InvalidArgumentError(`expected one of ${NAMES.join(', ')}`);
  }
  return text as ExportFormat;
}

async function run(file: string, options: ExportOptions): Promise<ExitCode> {
  const { to } = options;
  if (to === undefined)
    throw new InputError(`missing option '--to <format>': expected one of ${NAMES.join(', ')}`);
  if (options.out !== undefined) expectWritable(options.out);
  const layout = buildLayout(LAYOUTS[options.layout], options.bound);
  const trace = await readTrace(file, layout);
  const contract = CONTRACTS[options.contract];
  const ofCode = await codeOf(options, { layout, contract, events: trace.map(({ event }) => event) });
  const chosen = ofCode?.chosen ?? (await kernelOf(options));
  const world = { layout, kernel: chosen.kernel, contract };
  const { text, warning } = await runKernels([chosen], () => {
    const done = carryOut(namesOf(chosen, options), world, trace);
    const traceRun = ofCode === null ? done : { ...done, replay: withGiveUps(done.replay, ofCode.plain) };
    return { text: exported(file, to, traceRun), warning: exportWarning(to, traceRun) };
  });
  if (warning !== null) say(`warning: ${warning}`);
  const output = options.json ? `${JSON.stringify({ format: to, text })}\n` : text;
  if (options.out === undefined) process.stdout.write(output);
  else writeWhole(options.out, output);
  return EXIT.holds;
}

/** Linux's own code, if it is to be carried out on. */
async function codeOf({ linux }: ExportOptions, setting: Omit<LinuxSetting, 'linux'>) {
  return linux === undefined ? null : chooseLinux({ ...setting, linux });
}

function exported(file: string, format: ExportFormat, traceRun: TraceRun): string {
  try {
    return exportTrace(format, traceRun);
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    throw new InputError(`${file === '-' ? 'standard input' : file}: ${error.message}`);
  }
}

/** A release goes by the kernel whose record it has. */
function namesOf(
  { name, base, isFile, set, overridden, architecture }: ChosenKernel,
  options: ExportOptions,
) {
  const { contract, layout, bound, linux } = options;
  const kernel = isFile || linux !== undefined ? name : base;
  const names = { kernel, base, set, overridden, architecture, contract, layout, bounds: bound };
  return {
    ...names,
    ...(linux === undefined ? {} : { linux }),
    ...(isFile ? { imported: importOf(name, options) } : {}),
  };
}

/** A kernel file as what is written imports it: from the folder that it is written to, or else from this one. */
function importOf(file: string, { out, set }: ExportOptions): ImportedKernel {
  const folder = resolve(out === undefined ? '.' : dirname(out));
  const path = relative(folder, resolve(file)).split(sep).join('/');
  return {
    from: path.startsWith('../') ? path : `./${path}`,
    isPlaced: out !== undefined,
    set,
  };
}
