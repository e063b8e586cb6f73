// SPDX-License-Identifier: GPL-2.0
import type { Event } from '../../../spec/events/event.ts';
import { firstDifference, type Pair } from '../../../src/conform/lockstep.ts';
import { formatDifference } from '../../../src/conform/report.ts';
import { type Found, shortest } from './walk.ts';

/** Fails with both states side by side unless the two sides agree all along a trace. */
export function expectAgreement(pair: Pair, trace: readonly Event[], linux: string): void {
  if (firstDifference(pair, trace) !== null) throw new Error(formatFound(shortest(pair, trace), linux));
}

/** A difference, in full. */
export function formatFound({ trace, difference }: Found, linux: string): string {
  return formatDifference(trace, difference, linux);
}
