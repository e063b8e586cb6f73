import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { defineKernel } from '../../spec/define/kernel.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { KernelName } from '../../spec/kernels/named.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import type { World } from '../../spec/world/world.ts';
import { type Replay, replay } from '../replay/replay.ts';
import { parseTrace, type TraceLine } from '../trace/parse.ts';

/** Under what a trace is carried out, by name. What is left out is what the command line takes by default. */
export interface TraceSetting {
  readonly kernel?: KernelName;
  /** Decisions in which the kernel differs from the one named. */
  readonly set?: Partial<Kernel>;
  readonly contract?: ContractName;
  readonly layout?: LayoutName;
  /** Bounds in which the layout differs from its own. */
  readonly bounds?: Partial<Bounds>;
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
 * @throws TraceError at the first line that is not an event of the layout
 * @throws BoundError when a bound is out of its limits
 */
export function runTrace(setting: TraceSetting, trace: string): TraceRun {
  const { kernel = 'v6.12', set = {}, contract = 'kvm', layout = 'minimal', bounds = {} } = setting;
  const image = buildLayout(LAYOUTS[layout], bounds);
  const world = {
    layout: image,
    kernel: defineKernel({ base: kernel, ...set }),
    contract: CONTRACTS[contract],
  };
  const names = { kernel, base: kernel, set, overridden: [], architecture: [], contract, layout, bounds };
  return carryOut(names, world, parseTrace(trace, image));
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
