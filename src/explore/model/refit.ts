import type { Event } from '../../../spec/events/event.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { isComparable } from '../../conform/event-words.ts';
import { TraceError } from '../../trace/error.ts';
import { parseTrace } from '../../trace/parse.ts';
import { formatEvent } from '../../trace/print.ts';
import type { Link } from '../link.ts';
import { kernelCalled } from '../own-kernels.ts';

/**
 * Makes a link's events fit its layout and kernels: those up to the first that the layout does not have, or for which
 * Linux's own code has no words.
 *
 * @throws BoundError when the bounds describe no guest
 */
export function refit(link: Link): Link {
  const layout = buildLayout(LAYOUTS[link.layout], link.bounds);
  const isCode = [link, link.versus].some(
    (choice) => choice && kernelCalled(choice.kernel)?.code !== undefined,
  );
  const strange = link.events.findIndex(
    (event) => !has(layout, event) || (isCode && !isComparable(event, layout)),
  );
  if (strange < 0) return link;
  return { ...link, events: link.events.slice(0, strange), step: link.step && Math.min(link.step, strange) };
}

function has(layout: Layout, event: Event): boolean {
  try {
    parseTrace(formatEvent(event), layout);
    return true;
  } catch (error) {
    if (error instanceof TraceError) return false;
    throw error;
  }
}
