import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Contract } from '../../spec/contracts/contract.ts';
import { kernelNamed } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { HarnessMissing, LINUX_VERSIONS } from '../conform/harness.ts';
import { KernelPanic, UnsupportedLayout } from '../conform/kernel-machine.ts';
import { loadModule } from '../conform/load-module.ts';
import { describeKernel } from '../linux/describe.ts';
import { PlainLinux } from '../linux/plain.ts';
import { expectDriven } from '../linux/refuse.ts';
import { buildLinux, isLinux, type LinuxTree, linuxName } from '../linux/tree.ts';
import { describedJson, formatDescribed } from '../report/described.ts';
import { EXIT, type ExitCode, InputError } from './exit-code.ts';
import type { ChosenKernel } from './kernel.ts';

/** What `--linux` may be. */
export const LINUX_DOC = `${Object.keys(LINUX_VERSIONS).join(', ')} or the folder of a kernel tree`;

/** Reads the name of a kernel whose code is the engine. */
export function parseLinux(text: string): string {
  if (isLinux(text)) return text;
  throw new InvalidArgumentError(`expected ${LINUX_DOC}`);
}

/** Linux's own code, chosen as the engine. */
export interface ChosenLinux {
  readonly chosen: ChosenKernel;
  readonly tree: LinuxTree;
  /** The same on plain machines. */
  readonly plain: PlainLinux;
}

/** What the code is to be carried out on. */
export interface LinuxSetting {
  readonly linux: string;
  readonly layout: Layout;
  readonly contract: Contract;
  /** What happens besides the events of the layout. */
  readonly events?: readonly Event[];
}

/** Compiles a kernel's code and chooses it. @throws InputError that says what is missing, or is not to be had of it */
export async function chooseLinux({
  linux,
  layout,
  contract,
  events = [],
}: LinuxSetting): Promise<ChosenLinux> {
  return orGaveUp(linux, async () => {
    expectDriven({ ...layout, events: [...layout.events, ...events] }, linux);
    const tree = await buildLinux(linux);
    const kernel = kernelNamed(tree.record);
    const module = await loadModule(tree.product);
    const plain = new PlainLinux(module, { kernel, layout, contract, events });
    return { chosen: chosenOf(tree, plain), tree, plain };
  });
}

/** Says that nothing can be made of a kernel's code where it is not to be had, or gives up where no property is asked. */
export async function orGaveUp<T>(linux: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HarnessMissing || error instanceof UnsupportedLayout)
      throw new InputError(error.message);
    if (error instanceof KernelPanic)
      throw new InputError(`--linux ${linux}: the code gave up: ${error.message}`);
    throw error;
  }
}

/** Says which record describes Linux's own code. */
export async function describeLinux(linux: string, json: boolean): Promise<ExitCode> {
  const { tree, described } = await orGaveUp(linux, async () => {
    const tree = await buildLinux(linux);
    return { tree, described: await describeKernel(await loadModule(tree.product), tree.record) };
  });
  const { commit, digest } = tree;
  const { name, note } = headOf(tree);
  const text = json
    ? JSON.stringify(describedJson({ tree: tree.tree, commit, digest }, described))
    : formatDescribed(`${name}${note}`, described);
  process.stdout.write(`${text}\n`);
  return described.difference === null ? EXIT.holds : EXIT.violated;
}

/** Compiles a kernel's code. @throws InputError that says what is missing */
export function builtLinux(linux: string): Promise<LinuxTree> {
  return orGaveUp(linux, () => buildLinux(linux));
}

/** What does not go with Linux's own code. @throws InputError if the command line has it */
export function expectNoRecord(linux: string | undefined, command: Command): void {
  for (const option of ['kernel', 'set'])
    if (linux !== undefined && command.getOptionValueSource(option) === 'cli')
      throw new InputError(`--linux ${linux}: expected no --${option} with it`);
}

/** Names a kernel's code. */
export function linuxOption(doc = "Linux's own code in place of --kernel"): Option {
  return new Option('--linux <version|folder>', `${doc}: ${LINUX_DOC}`).argParser(parseLinux);
}

function headOf({ linux, commit, digest }: LinuxTree) {
  const ofCommit = commit === null ? '' : `commit ${commit}, `;
  return {
    name: linuxName(linux),
    note: ` (its own code, ${ofCommit}digest ${digest.slice(0, 12)})`,
  };
}

function chosenOf(tree: LinuxTree, { kernel }: PlainLinux): ChosenKernel {
  return {
    ...headOf(tree),
    base: tree.record,
    isFile: false,
    set: {},
    kernel,
    changes: { decisions: [], functions: [], reducers: [] },
    overridden: [],
    architecture: [],
    overrides: undefined,
  };
}
