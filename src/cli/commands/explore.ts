import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { details } from '../help.ts';
import { interruptSignal } from '../interrupt.ts';
import { type ChosenKernel, chooseKernel, KERNEL_DOC, parseKernel } from '../kernel.ts';
import { addWorldOptions, kernelOf, type WorldOptions, wholeNumber } from '../options.ts';
import { printJson, printVerbatim } from '../print.ts';
import { readTrace } from '../read-trace.ts';
import { onLayoutOf, TRACE_DOC } from '../scenario.ts';
import { copyInto, expectFolder } from '../write-folder.ts';

interface ExploreOptions extends WorldOptions {
  readonly versus?: string;
  readonly port: number;
  readonly out?: string;
  readonly force?: true;
  readonly json?: true;
}

const HELP = `
The page runs the specification itself, so that it needs no server: --out copies it to a folder from which any
web server can hand it out. Opened there as a file it works too; a browser starts no worker for a file, so its
searches run in the page. The address holds all that is shown.`;

/** `vtlb explore`: one machine as a picture, stepped by clicking events, on a page of its own. */
export function exploreCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('explore');
  return addWorldOptions(command)
    .argument('[trace]', `to begin with: ${TRACE_DOC}`)
    .option('--versus <name|file>', `a second kernel beside the first: ${KERNEL_DOC}`, parseKernel)
    .option('--port <n>', 'port of 127.0.0.1 to serve the page on (0: any that is free)', wholeNumber(0), 0)
    .option('--out <folder>', 'copy the page to this folder, new or empty, and serve nothing')
    .option('--force', 'with --out: into a folder that is not empty, over files of the same names')
    .option('--json', 'print one JSON value')
    .addHelpText('after', details(HELP))
    .action(async (file: string | undefined, options: ExploreOptions) =>
      finish(await run(file, file === undefined ? options : onLayoutOf(file, options, command))),
    );
}

async function run(file: string | undefined, options: ExploreOptions): Promise<ExitCode> {
  if (options.out === '') throw new InputError('--out: expected a folder');
  if (options.out !== undefined && options.port !== 0)
    throw new InputError('--out serves nothing, so --port says nothing: expected one of the two');
  if (options.out === undefined && options.force)
    throw new InputError('--force is for a folder that is not empty: expected --out with it');
  if (options.port > 65_535) throw new InputError(`--port ${options.port}: expected 0 to 65535`);
  if (options.out !== undefined) expectFolder(options.out, options.force ?? false);
  const fragment = await fragmentOf(file, options);
  return options.out === undefined ? serve(fragment, options) : copy(fragment, options.out, options);
}

/** What the address is to show, behind its `#`. */
async function fragmentOf(file: string | undefined, options: ExploreOptions): Promise<string> {
  const { contract, layout, bound, versus } = options;
  const { formatLink, MOST_EVENTS } = await import('../../explore/link.ts');
  const events = file === undefined ? [] : await readTrace(file, buildLayout(LAYOUTS[layout], bound));
  buildLayout(LAYOUTS[layout], bound);
  if (events.length > MOST_EVENTS)
    throw new InputError(`${file}: expected at most ${MOST_EVENTS} events, found ${events.length}`);
  const other = versus === undefined ? null : choiceOf(await chooseKernel(versus));
  return formatLink({
    ...choiceOf(await kernelOf(options)),
    versus: other,
    contract,
    layout,
    bounds: bound,
    events: events.map(({ event }) => event),
    step: null,
  });
}

/** A kernel as an address can name it. @throws InputError if it has functions or reducers of its own */
function choiceOf({ name, base, set, overridden }: ChosenKernel) {
  if (overridden.length === 0) return { kernel: base, set };
  throw new InputError(
    `${name} has its own ${overridden.join(', ')}: expected a kernel of decisions, which is all that an address can hold`,
  );
}

async function serve(fragment: string, { port, json }: ExploreOptions): Promise<ExitCode> {
  const { servePage } = await import('../../explore/server.ts');
  const interrupted = interruptSignal();
  try {
    const server = await servePage(port);
    say(`${server.url}#${fragment}`, json, 'Ctrl-C ends it.');
    if (!interrupted.aborted) await once(interrupted, 'abort');
    await server.close();
    return EXIT.holds;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new InputError(`--port ${port}: it is in use; 0 takes any that is free`);
    if (code === 'EACCES')
      throw new InputError(`--port ${port}: not permitted; expected 0, or 1024 to 65535`);
    throw error;
  }
}

async function copy(fragment: string, out: string, { json }: ExploreOptions): Promise<ExitCode> {
  const { PAGE_FILES, pageFolder } = await import('../../explore/files.ts');
  copyInto(out, pageFolder(), Object.keys(PAGE_FILES));
  say(`${pathToFileURL(resolve(out, 'index.html')).href}#${fragment}`, json, '');
  return EXIT.holds;
}

function say(url: string, json: true | undefined, hint: string): void {
  if (json) printJson({ url });
  else printVerbatim(hint === '' ? url : `${url}\n${hint}`);
}
