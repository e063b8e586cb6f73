import type { Event, Outcome } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { Frame } from '../../spec/state/names.ts';

/** What an implementation made of an event. An access gives `reads` or `sees`; no other event has either. */
export interface Observed {
  readonly outcome: Outcome;
  /** The frame that an access read, or null if it found nothing mapped. */
  readonly reads?: Frame | null;
  /** In place of `reads`, by an implementation that keeps *may* sets: every frame that the access may read. */
  readonly sees?: readonly Frame[];
}

/** What an implementation with KVM's design can show of a vCPU, each as `SPACE|LOW` or null; all optional. */
export interface ObservedRoots {
  readonly root?: string | null;
  readonly prevRoots?: readonly (string | null)[];
}

/** An implementation under test, as `lockstep` drives it. What it throws is a failure of the trace. */
export interface Adapter {
  /**
   * Goes back to the start: every vCPU in the first space of the layout with low bits 0, CR0.WP=1 and
   * CR4.PCIDE=PGE=SMEP=0, and the page tables as `layout.memory` has them.
   */
  reset(layout: Layout): void | Promise<void>;
  /** Carries out an event. One that gets #GP must change nothing. */
  apply(event: Event): Observed | Promise<Observed>;
  /** The roots of a vCPU after the last event; compared only where a kernel is named. */
  observe?(cpu: number): ObservedRoots | Promise<ObservedRoots>;
  /**
   * A text of the whole present state: two equal ones promise equal answers ever after. With it a search visits
   * each state once and may see all of them; without it there is no end to the traces that it would have to try.
   */
  state?(): string;
}
