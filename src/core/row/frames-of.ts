import type { Event } from '../../../spec/events/event.ts';
import type { Frame } from '../../../spec/state/names.ts';
import type { RowLayout } from './fields.ts';

/** The frames that an event may read, in the order of their bits in `sees`. */
export function framesOf(rows: RowLayout, event: Event): readonly Frame[] {
  if (event.kind !== 'access') return [];
  return rows.pages.find(({ name }) => name === event.page)?.frames ?? [];
}

/** Frames as `sees` has them. */
export function frameSet(names: readonly Frame[], frames: readonly Frame[]): number {
  return frames.reduce((mask, frame) => mask | (1 << names.indexOf(frame)), 0);
}
