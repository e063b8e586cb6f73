import { formatLink, type Link, parseLink } from '../link.ts';
import { LinkError } from '../link-error.ts';
import { refit } from '../model/refit.ts';
import { asked, notice, show } from './state.ts';

/** Changes kernels, layout or bounds; keeps the events up to the first that is not to be had then. */
export function refitTo(change: Partial<Link>): void {
  try {
    const wanted = { ...asked.value, ...change };
    const { bounds } = parseLink(formatLink({ ...wanted, events: [], step: 0 }));
    const fitting = refit({ ...wanted, bounds });
    const lost = wanted.events.length - fitting.events.length;
    show(fitting);
    if (lost > 0) notice.value = `${lost} events are left out: they are not all to be had here.`;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    notice.value = error.message;
  }
}
