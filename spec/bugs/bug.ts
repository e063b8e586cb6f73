import type { Subject } from '../claims/claim.ts';
import type { Bounds } from '../layouts/bounds.ts';
import type { LayoutName } from '../layouts/named.ts';
import type { WorkName } from '../state/work.ts';

/**
 * What a bug does. `stale`: the guest gets a translation that it must not get. `over`: KVM does more than it
 * need. `fault`: an event faults, or does not, as it should not. `host`: the host crashes, leaks or reads freed
 * memory.
 */
export type BugKind = 'stale' | 'over' | 'fault' | 'host';

/** One way to bring a bug about in the model: a trace that tells the kernel with it from the one without. */
export interface Reproduction {
  /** File in `traces/`, without `.trace`. */
  readonly trace: string;
  readonly doc: string;
  readonly layout: LayoutName;
  /** Where they are not the layout's own: nowhere as yet, so that who names only the layout finds the bug. */
  readonly bounds: Partial<Bounds>;
  readonly before: Subject;
  readonly after: Subject;
  /** The *always* property that the trace breaks before the fix and not after, or the work that it costs more. */
  readonly shows: { readonly breaks: string } | { readonly costs: WorkName };
}

/** A bug that KVM had, by its number in the list that the model is held against. */
export interface Bug {
  readonly number: number;
  /** The commits that fixed it, or changed it, with the release where it is known. */
  readonly commits: readonly string[];
  readonly kind: BugKind;
  readonly doc: string;
  readonly reproductions: readonly Reproduction[];
  /** Why there is no reproduction, and what the model would need. */
  readonly outOfScope?: { readonly reason: string; readonly needs: string };
}
