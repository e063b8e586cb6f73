import { once } from 'node:events';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { KernelChoice } from '../../explore/link.ts';
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
searches run in the page. The address holds all that is shown; a kernel file with functions or reducers of its
own it names, and the file's code, which the page then runs, is served or copied with the page.`;

const NEEDS_SERVER =
  'To be handed out by a web server: opened as a file, a page may not load the code of a kernel file.';

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
  const kernel = await kernelOf(options);
  const versus = options.versus === undefined ? null : await chooseKernel(options.versus);
  const shown: Shown = {
    fragment: await fragmentOf(file, options, choiceOf(kernel, options.set), versus && choiceOf(versus, {})),
    modules: await modulesOf(versus === null ? [kernel] : [kernel, versus]),
  };
  return options.out === undefined ? serve(shown, options) : copy(shown, options.out, options);
}

/** What the page is to show. */
interface Shown {
  /** What stands behind the `#` of its address. */
  readonly fragment: string;
  /** The code of kernel files, by its path as a URL has it. */
  readonly modules: ReadonlyMap<string, string>;
}

async function fragmentOf(
  file: string | undefined,
  { contract, layout, bound }: ExploreOptions,
  kernel: KernelChoice,
  versus: KernelChoice | null,
): Promise<string> {
  const { formatLink, MOST_EVENTS } = await import('../../explore/link.ts');
  const events = file === undefined ? [] : await readTrace(file, buildLayout(LAYOUTS[layout], bound));
  buildLayout(LAYOUTS[layout], bound);
  if (events.length > MOST_EVENTS)
    throw new InputError(`${file}: expected at most ${MOST_EVENTS} events, found ${events.length}`);
  return formatLink({
    ...kernel,
    versus,
    contract,
    layout,
    bounds: bound,
    events: events.map(({ event }) => event),
    step: null,
  });
}

/** A kernel as an address names it: by its base, or by its file if it has code of its own. */
function choiceOf({ name, base, set, overridden }: ChosenKernel, onTop: KernelChoice['set']): KernelChoice {
  return overridden.length === 0 ? { kernel: base, set } : { kernel: basename(name), set: onTop };
}

/** The code that some kernels have of their own. @throws InputError if a page cannot run it, or tell it from another */
async function modulesOf(kernels: readonly ChosenKernel[]): Promise<ReadonlyMap<string, string>> {
  const own = new Map<string, { readonly path: string; readonly script: string }>();
  for (const { name, overrides } of kernels) {
    if (overrides === undefined) continue;
    const [file, path] = [basename(name), resolve(name)];
    if ((own.get(file)?.path ?? path) !== path)
      throw new InputError(
        `${own.get(file)?.path} and ${path}: expected files of two names, by which an address tells them apart`,
      );
    own.set(file, { path, script: fileURLToPath(overrides.module) });
  }
  if (own.size === 0) return new Map();
  const { kernelModules, KernelModuleError } = await import('../../explore/kernel-modules.ts');
  try {
    return await kernelModules([...own].map(([name, { script }]) => ({ name, script })));
  } catch (error) {
    throw error instanceof KernelModuleError ? new InputError(error.message) : error;
  }
}

async function serve({ fragment, modules }: Shown, { port, json }: ExploreOptions): Promise<ExitCode> {
  const { servePage } = await import('../../explore/server.ts');
  const interrupted = interruptSignal();
  try {
    const server = await servePage(port, modules);
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

async function copy({ fragment, modules }: Shown, out: string, { json }: ExploreOptions): Promise<ExitCode> {
  const { PAGE_FILES, pageFolder } = await import('../../explore/files.ts');
  const code = new Map([...modules].map(([path, text]) => [decodeURIComponent(path), text]));
  copyInto(out, pageFolder(), Object.keys(PAGE_FILES), code);
  say(
    `${pathToFileURL(resolve(out, 'index.html')).href}#${fragment}`,
    json,
    modules.size === 0 ? '' : NEEDS_SERVER,
  );
  return EXIT.holds;
}

function say(url: string, json: true | undefined, hint: string): void {
  if (json) printJson({ url });
  else printVerbatim(hint === '' ? url : `${url}\n${hint}`);
}
