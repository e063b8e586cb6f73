import type { Layout } from '../../spec/layouts/layout.ts';
import { isComparable } from '../conform/event-words.ts';
import { UnsupportedLayout } from '../conform/kernel-machine.ts';
import { formatEvent } from '../trace/print.ts';

/** What Linux fixes at compile time: KVM_MMU_NUM_PREV_ROOTS. */
const CACHED_ROOTS = 3;

/**
 * Refuses a layout on which a kernel's code cannot be the engine.
 *
 * @throws UnsupportedLayout that names an event for which the driver has no words, or the bound
 */
export function expectDriven(layout: Layout, linux: string): void {
  const { name, bounds, events, window } = layout;
  const { cachedRoots } = bounds;
  if (cachedRoots !== CACHED_ROOTS)
    throw new UnsupportedLayout(`bound cachedRoots=${cachedRoots}: Linux has ${CACHED_ROOTS}`);
  if (window)
    throw new UnsupportedLayout(
      `layout ${name} with --linux ${linux}: the harness walks no page at two levels`,
    );
  const other = events.find((event) => !isComparable(event, layout));
  if (other !== undefined)
    throw new UnsupportedLayout(
      `layout ${name} with --linux ${linux}: the harness has no words for '${formatEvent(other)}'`,
    );
}
