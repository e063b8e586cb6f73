import type { ContractName } from '../contracts/named.ts';
import type { Kernel } from '../kernels/decisions.ts';
import type { KernelName } from '../kernels/named.ts';
import type { Bounds } from '../layouts/bounds.ts';
import type { LayoutName } from '../layouts/named.ts';
import type { SometimesName } from '../properties/sometimes.ts';
import type { ScenarioName } from '../scenarios/scenarios.ts';

/** A kernel, possibly with some decisions changed. */
export interface Subject {
  readonly kernel: KernelName;
  readonly set?: Partial<Kernel>;
}

/** What a search covers. */
export interface Scope extends Subject {
  readonly contract: ContractName;
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
  /** Also checks `flushes-ordered`, which carries out three flushes in every state. */
  readonly flushesOrdered?: true;
}

/** What a whole search must show. */
export type Goal =
  | { readonly always: string }
  | { readonly broken: string }
  | { readonly reaches: SometimesName }
  | { readonly neverReaches: SometimesName };

/** One thing to run for a claim, and what must come out. */
export type Evidence =
  | { readonly run: 'search'; readonly scope: Scope; readonly goal: Goal }
  | {
      readonly run: 'replay';
      readonly subject: Subject;
      readonly scenario: ScenarioName;
      readonly verdict: 'clean' | 'stale';
    };

/** A statement about KVM, and what decides it: it holds if every piece of evidence comes out as stated. */
export interface Claim {
  readonly number: number;
  readonly statement: string;
  readonly evidence: readonly Evidence[];
}
