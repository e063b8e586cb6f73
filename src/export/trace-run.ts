import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { kernelNamed, namesOfOwn } from '../../spec/define/kernel.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { KernelName } from '../../spec/kernels/named.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { ownArchitecture } from '../../spec/step/exit.ts';
import type { OverriddenKernel, World } from '../../spec/world/world.ts';
import { exportedKernel, type MadeKernel, withDecisions } from '../kernels/exported-kernel.ts';
import { type Replay, replay } from '../replay/replay.ts';
import { parseTrace, type TraceLine } from '../trace/parse.ts';

/** Under what a trace is carried out, by name. What is left out is what the command line takes by default. */
export interface TraceSetting {
  /** Or a kernel that `defineKernel` made, as a kernel file exports it. */
  readonly kernel?: KernelName | OverriddenKernel;
  /** Decisions in which the kernel differs from the one named. */
  readonly set?: Partial<Kernel>;
  readonly contract?: ContractName;
  readonly layout?: LayoutName;
  /** Bounds in which the layout differs from its own. */
  readonly bounds?: Partial<Bounds>;
}

/** A kernel file as other files import it. */
export interface ImportedKernel {
  /** What is written behind `from`: a path that begins with a dot. */
  readonly from: string;
  /** Whether the path begins in the folder that the export is written to; else in the working folder. */
  readonly isPlaced: boolean;
  /** Decisions that are set on top of the file's own. */
  readonly set: Readonly<Record<string, string>>;
}

/** A trace carried out, with the names of what it was carried out under: all that an export may say. */
export interface TraceRun {
  /** The kernel as its user named it: a version, a patch, or a file that defines one. */
  readonly kernel: string;
  /** Linux's own code, as `--linux` names it, where that carried the trace out. */
  readonly linux?: string;
  /** The named kernel that this one is, or is made from. */
  readonly base: KernelName;
  /** The decisions in which it differs from its base. */
  readonly set: Readonly<Record<string, string>>;
  /** What it has of its own besides decisions: see `namesOfOwn`. */
  readonly overridden: readonly string[];
  /** The sections of its reducers in which the processor, by which KVM is judged, is its own. */
  readonly architecture: readonly string[];
  /** Where what it has of its own can be imported from; absent where that is not known. */
  readonly imported?: ImportedKernel;
  readonly contract: ContractName;
  readonly layout: LayoutName;
  /** The bounds that were overridden. */
  readonly bounds: Partial<Bounds>;
  /** The line of each event in its trace, counted from 1. */
  readonly lines: readonly number[];
  readonly world: World;
  /** What came of it, step by step. */
  readonly replay: Replay;
}

/**
 * Reads a trace and carries it out.
 *
 * @throws KernelError when the kernel is none
 * @throws TraceError at the first line that is not an event of the layout
 * @throws BoundError when a bound is out of its limits
 */
export function runTrace(setting: TraceSetting, trace: string): TraceRun {
  const { contract = 'kvm', layout = 'minimal', bounds = {} } = setting;
  const image = buildLayout(LAYOUTS[layout], bounds);
  const { base, set, kernel } = withDecisions(kernelOf(setting), setting.set ?? {});
  const [overridden, architecture] = [namesOfOwn(kernel), ownArchitecture(kernel)];
  const names = { kernel: base, base, set, overridden, architecture, contract, layout, bounds };
  const world = { layout: image, kernel, contract: CONTRACTS[contract] };
  return carryOut(names, world, parseTrace(trace, image));
}

function kernelOf({ kernel = 'v6.12' }: TraceSetting): MadeKernel {
  if (typeof kernel === 'object') return exportedKernel(kernel);
  return { base: kernel, set: {}, kernel: kernelNamed(kernel) };
}

/** Carries out a trace that was read in a world that was made from these names. */
export function carryOut(
  names: Omit<TraceRun, 'lines' | 'world' | 'replay'>,
  world: World,
  trace: readonly TraceLine[],
): TraceRun {
  return {
    ...names,
    lines: trace.map(({ line }) => line),
    world,
    replay: replay(
      world,
      trace.map(({ event }) => event),
    ),
  };
}
