// Shortens traces that differ, many at once: every candidate of a round runs in one boot.

/** Of one trace, in one round. */
const MOST_CANDIDATES = 160;

/**
 * @param trace events, the last of which differs
 * @param fails for each of many lists of events: up to which event it differs, counted from 1, or null
 * @param rounds at most so many
 * @returns the shortest that was found, and whether no event of it can be left out
 */
export async function minimise(trace, fails, rounds) {
  let shortest = trace;
  for (let round = 0; round < rounds; round++) {
    const candidates = shorter(shortest);
    const ends = await fails(candidates);
    const failing = candidates.flatMap((events, i) => (ends[i] === null ? [] : [events.slice(0, ends[i])]));
    const best = failing.sort((a, b) => a.length - b.length)[0];
    const triedEach = candidates.length < MOST_CANDIDATES;
    if (best === undefined) return { events: shortest, isMinimal: triedEach };
    shortest = best;
  }
  return { events: shortest, isMinimal: false };
}

/** A list with a piece left out, large pieces first. */
function shorter(events) {
  const lists = [];
  for (let size = events.length >> 1; size > 0; size >>= 1)
    for (let from = 0; from < events.length; from += size) lists.push(events.toSpliced(from, size));
  return lists.slice(0, MOST_CANDIDATES);
}
