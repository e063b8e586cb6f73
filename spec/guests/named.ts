import type { Layout } from '../layouts/layout.ts';
import type { Guest } from './guest.ts';
import { Linux, type LinuxGuest } from './linux.ts';
import { LinuxKpti } from './linux-kpti.ts';

/** The guests that a search may be told to be, by name. Each throws GuestError for a layout that is none of its. */
export const GUESTS = {
  /** A flush may follow its store at any distance. */
  linux: (layout) => new Linux(layout, 'late'),
  /** A flush follows its store at once. */
  'linux-prompt': (layout) => new Linux(layout, 'prompt'),
  /** With a PCID for user mode, flushed late. */
  'linux-kpti': (layout) => new LinuxKpti(layout),
} as const satisfies Record<string, (layout: Layout) => Guest<LinuxGuest>>;

/** What `--guest` takes. */
export type GuestName = keyof typeof GUESTS;
