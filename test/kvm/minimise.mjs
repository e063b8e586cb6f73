// Shortens traces that differ: the candidates of all of them run in one boot a round.

/** Of all traces, in one round. */
const MOST_CANDIDATES = 300;

/**
 * @param traces lists of events, each of which differs at its last
 * @param fails for each of many candidates, `{ of, events }` with the number of the trace: up to which event it differs,
 *   counted from 1, or null
 * @param rounds at most so many
 * @returns of each trace the shortest that was found, and whether no event of it can be left out
 */
export async function minimise(traces, fails, rounds) {
  const found = traces.map((events) => ({ events, isMinimal: false }));
  for (let round = 0; round < rounds; round++) {
    const open = found.flatMap(({ isMinimal }, of) => (isMinimal ? [] : [of]));
    if (open.length === 0) break;
    const most = Math.floor(MOST_CANDIDATES / open.length);
    const candidates = open.flatMap((of) =>
      shorter(found[of].events, most).map((events) => ({ of, events })),
    );
    const ends = await fails(candidates);
    for (const of of open) {
      const mine = candidates.flatMap((each, i) => (each.of === of ? [{ ...each, end: ends[i] }] : []));
      const failing = mine.filter(({ end }) => end !== null).map(({ events, end }) => events.slice(0, end));
      const [best] = failing.sort((a, b) => a.length - b.length);
      if (best !== undefined) found[of] = { events: best, isMinimal: false };
      else if (mine.length < most) found[of].isMinimal = true;
    }
  }
  return found;
}

/** A list with a piece left out, large pieces first. */
function shorter(events, most) {
  const lists = [];
  for (let size = events.length >> 1; size > 0; size >>= 1)
    for (let from = 0; from < events.length; from += size) lists.push(events.toSpliced(from, size));
  return lists.slice(0, most);
}
