// SPDX-License-Identifier: GPL-2.0
/**
 * Leaves out of a trace whatever it does not need, first half of it at a time, at last one event at a time.
 *
 * @param fails the number of events up to and with the one at which a trace fails, or null when it does not
 * @returns a trace that fails at its last event, and that does not fail with any one event left out
 */
export function shrink<T>(trace: readonly T[], fails: (trace: readonly T[]) => number | null): T[] {
  let shortest = trace.slice(0, fails(trace) ?? trace.length);
  let size = Math.ceil(shortest.length / 2);
  while (size > 0) {
    let shrunk = false;
    for (let from = 0; from < shortest.length; ) {
      const without = shortest.toSpliced(from, size);
      const end = fails(without);
      if (end === null) {
        from += size;
      } else {
        shortest = without.slice(0, end);
        shrunk = true;
      }
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (!shrunk) size = 0;
  }
  return shortest;
}
