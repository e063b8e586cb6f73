import { PeerError } from '../tools/error.mjs';
import { PEERS } from '../tools/peers.mjs';
import { core, nothing, prefix, read, readApart, SPEC, verdict, WHOLE } from './ours.mjs';

/**
 * Measures every tool once a round, one after the other, so that what else the machine does falls on all of
 * them alike. Of each tool the round that took the least CPU counts.
 *
 * @throws PeerError when a tool does not end as it should, or counts differently in two rounds
 * @returns by tool: its counts and what it used; `coreOfPrefix`, `startUp` and `node` among them, which are
 *   what `spec` and `core` are compared with
 */
export async function runRounds({ stopwatch, folder, bounds, rounds, prefixStates, hurried, say }) {
  const best = {};
  const first = {};
  const measure = (name, command, readCounts) => {
    const { printed, ...used } = stopwatch.measure(command);
    const counts = readCounts(printed);
    say(`${name}: ${used.cpuSeconds.toFixed(2)} CPU s, ${JSON.stringify(counts)}`);
    first[name] ??= counts;
    if (JSON.stringify(counts) !== JSON.stringify(first[name]))
      throw new PeerError(`${name} counts differently in another round`);
    if (best[name] === undefined || used.cpuSeconds < best[name].cpuSeconds)
      best[name] = { ...counts, ...used };
  };
  const built = {};
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`);
    measure('core', core(bounds, 1), read);
    measure('core2', core(bounds, 2), read);
    measure('verdict', verdict(bounds), readApart);
    const { states } = best.core;
    for (const [name, peer] of Object.entries(PEERS)) {
      built[name] ??= await peer.build(folder, bounds, { states, hurried });
      measure(name, { ...built[name], environment: peer.environment }, (printed) => peer.read(printed));
    }
    measure('spec', prefix(bounds, prefixStates, SPEC), read);
    measure('startUp', prefix(bounds, 1, SPEC), read);
    measure('coreOfPrefix', prefix(bounds, prefixStates, WHOLE), read);
    measure('node', nothing, () => ({}));
  }
  return best;
}
