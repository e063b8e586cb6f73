import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { kernelNamed } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import type { KernelName } from '../../spec/kernels/named.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import type { OverriddenKernel, World } from '../../spec/world/world.ts';

/** What traces are run on and judged by. */
export interface WorldOptions {
  /** A version by name, or what `defineKernel` gives. */
  readonly kernel?: KernelName | OverriddenKernel;
  /** `kvm` unless told otherwise. */
  readonly contract?: ContractName;
  /** `minimal` unless told otherwise. */
  readonly layout?: LayoutName;
  /** Takes the place of bounds of the layout. */
  readonly bounds?: Partial<Bounds>;
}

/**
 * How an implementation is tested. With a `kernel` it must answer exactly as that kernel does. Without one it may
 * be of any design, and what it reads must be something that the guest's own TLB could hold under the contract.
 */
export interface LockstepOptions extends WorldOptions {
  /** Random traces; 1000 unless told otherwise, 0 for none. */
  readonly runs?: number;
  /** The most events of a random trace; 40 unless told otherwise. */
  readonly length?: number;
  /** The same seed gives the same traces; 1 unless told otherwise. */
  readonly seed?: number;
  /**
   * Tries every sequence of these events up to this length, before the random ones; 0, none, unless told
   * otherwise. Where the adapter gives its `state`, `Infinity` tries until there is no new state.
   */
  readonly depth?: number;
  /**
   * Which of the events that traces of the layout may hold the implementation knows; those that the layout searches
   * unless told otherwise.
   */
  readonly only?: (event: Event) => boolean;
}

/**
 * The world of some options; `kernel` where they name none.
 *
 * @throws KernelError for a kernel, Error for a layout or contract, BoundError for bounds that do not exist
 */
export function worldFrom(options: WorldOptions, kernel: KernelName): World {
  const { contract = 'kvm', layout = 'minimal', bounds = {} } = options;
  const chosen = options.kernel ?? kernel;
  return {
    kernel: typeof chosen === 'string' ? kernelNamed(chosen) : chosen,
    contract: named(CONTRACTS, contract, 'contract'),
    layout: buildLayout(named(LAYOUTS, layout, 'layout'), bounds),
  };
}

function named<T extends object, K extends keyof T & string>(all: T, name: K, what: string): T[K] {
  if (Object.hasOwn(all, name)) return all[name];
  throw new Error(`unknown ${what} '${name}': expected one of ${Object.keys(all).join(', ')}`);
}
