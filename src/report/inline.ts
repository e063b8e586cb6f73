import type { Event } from '../../spec/events/event.ts';
import { formatEvent } from '../trace/print.ts';
import { glue } from './wrap.ts';

/** A trace in a line, which may be wrapped between its events only. */
export function formatInline(trace: readonly Event[]): string {
  return trace.map((event) => glue(formatEvent(event))).join('; ');
}
