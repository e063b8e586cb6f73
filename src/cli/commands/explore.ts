import { once } from 'node:events';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { CodeFiles } from '../../explore/code-files.ts';
import type { KernelChoice } from '../../explore/link.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { details } from '../help.ts';
import { interruptSignal } from '../interrupt.ts';
import { type ChosenKernel, chooseKernel, KERNEL_DOC, parseKernel } from '../kernel.ts';
import { chooseLinux, expectNoRecord, linuxOption } from '../linux.ts';
import { addWorldOptions, kernelOf, type WorldOptions, wholeNumber } from '../options.ts';
import { printJson, printVerbatim } from '../print.ts';
import { readTrace } from '../read-trace.ts';
import { onLayoutOf, TRACE_DOC } from '../scenario.ts';
import { copyInto, expectFolder } from '../write-folder.ts';

interface ExploreOptions extends WorldOptions {
  readonly linux?: string;
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
own it names, and the file's code, which the page then runs, is served or copied with the page.

With --linux the page runs Linux's own code, compiled here to WebAssembly, which is served or copied with the
page: searches too, and beside any other kernel. That code is under GPL-2.0-only, and a copy says so in its LICENSE;
nothing of it is in vtlb's package, or in a page that is made without --linux.`;

const NEEDS_SERVER =
  'To be handed out by a web server: opened as a file, a page may load no code but its own.';

/** `vtlb explore`: one machine as a picture, stepped by clicking events, on a page of its own. */
export function exploreCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('explore');
  return addWorldOptions(command)
    .addOption(linuxOption())
    .argument('[trace]', `to begin with: ${TRACE_DOC}`)
    .option('--versus <name|file>', `a second kernel beside the first: ${KERNEL_DOC}`, parseKernel)
    .option('--port <n>', 'port of 127.0.0.1 to serve the page on (0: any that is free)', wholeNumber(0), 0)
    .option('--out <folder>', 'copy the page to this folder, new or empty, and serve nothing')
    .option('--force', 'with --out: into a folder that is not empty, over files of the same names')
    .option('--json', 'print one JSON value')
    .addHelpText('after', details(HELP))
    .action(async (file: string | undefined, options: ExploreOptions) => {
      expectNoRecord(options.linux, command);
      finish(await run(file, file === undefined ? options : onLayoutOf(file, options, command)));
    });
}

async function run(file: string | undefined, options: ExploreOptions): Promise<ExitCode> {
  if (options.out === '') throw new InputError('--out: expected a folder');
  if (options.out !== undefined && options.port !== 0)
    throw new InputError('--out serves nothing, so --port says nothing: expected one of the two');
  if (options.out === undefined && options.force)
    throw new InputError('--force is for a folder that is not empty: expected --out with it');
  if (options.port > 65_535) throw new InputError(`--port ${options.port}: expected 0 to 65535`);
  if (options.out !== undefined) expectFolder(options.out, options.force ?? false);
  const shown = await shownBy(file, options);
  return options.out === undefined ? serve(shown, options) : copy(shown, options.out, options);
}

async function shownBy(file: string | undefined, options: ExploreOptions): Promise<Shown> {
  const layout = buildLayout(LAYOUTS[options.layout], options.bound);
  const events = await eventsOf(file, layout);
  const code = options.linux === undefined ? null : await codeOf(options, options.linux, { layout, events });
  const kernel = code === null ? await kernelOf(options) : null;
  const versus = options.versus === undefined ? null : await chooseKernel(options.versus);
  const first = kernel === null ? { kernel: code?.name as string, set: {} } : choiceOf(kernel, options.set);
  const modules = await modulesOf([kernel, versus].filter((each) => each !== null));
  const { POLICY, POLICY_WITH_CODE } = await import('../../explore/policy.ts');
  return {
    fragment: await fragmentOf(events, options, first, versus && choiceOf(versus, {})),
    files: new Map([...modules, ...(code?.files ?? [])]),
    policy: code === null ? POLICY : POLICY_WITH_CODE,
  };
}

/** Linux's own code, and what a page needs to run it. @throws InputError where it is not to be had, or has no words */
async function codeOf(
  { contract }: ExploreOptions,
  linux: string,
  on: { readonly layout: Layout; readonly events: readonly Event[] },
): Promise<CodeFiles> {
  const { tree, chosen } = await chooseLinux({ ...on, linux, contract: CONTRACTS[contract] });
  const { codeFiles } = await import('../../explore/code-files.ts');
  return codeFiles(tree, `${chosen.name}${chosen.note}`);
}

async function eventsOf(file: string | undefined, layout: Layout): Promise<readonly Event[]> {
  if (file === undefined) return [];
  const { MOST_EVENTS } = await import('../../explore/link.ts');
  const lines = await readTrace(file, layout);
  if (lines.length > MOST_EVENTS)
    throw new InputError(`${file}: expected at most ${MOST_EVENTS} events, found ${lines.length}`);
  return lines.map(({ event }) => event);
}

/** What the page is to show. */
interface Shown {
  /** What stands behind the `#` of its address. */
  readonly fragment: string;
  /** What goes with the page, by its path as a URL has it. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** What the page may do. */
  readonly policy: readonly string[];
}

async function fragmentOf(
  events: readonly Event[],
  { contract, layout, bound }: ExploreOptions,
  kernel: KernelChoice,
  versus: KernelChoice | null,
): Promise<string> {
  const { formatLink } = await import('../../explore/link.ts');
  return formatLink({
    ...kernel,
    versus,
    contract,
    layout,
    bounds: bound,
    events,
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

async function serve({ fragment, files, policy }: Shown, { port, json }: ExploreOptions): Promise<ExitCode> {
  const { servePage } = await import('../../explore/server.ts');
  const interrupted = interruptSignal();
  try {
    const server = await servePage(port, files, policy);
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

async function copy({ fragment, files }: Shown, out: string, { json }: ExploreOptions): Promise<ExitCode> {
  const { PAGE_FILES, pageFolder } = await import('../../explore/files.ts');
  const more = new Map([...files].map(([path, content]) => [decodeURIComponent(path), content]));
  copyInto(out, pageFolder(), Object.keys(PAGE_FILES), more);
  say(
    `${pathToFileURL(resolve(out, 'index.html')).href}#${fragment}`,
    json,
    files.size === 0 ? '' : NEEDS_SERVER,
  );
  return EXIT.holds;
}

function say(url: string, json: true | undefined, hint: string): void {
  if (json) printJson({ url });
  else printVerbatim(hint === '' ? url : `${url}\n${hint}`);
}
