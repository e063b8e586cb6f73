import { fileURLToPath } from 'node:url';
import { PeerError } from '../tools/error.mjs';

const COMMAND = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

/** `vtlb check` as the peers have it. */
function check(bounds, options) {
  const which = ['--layout', 'minimal', '--kernel', 'patch', '--contract', 'kvm'];
  const given = Object.entries(bounds).flatMap(([name, value]) => ['--bound', `${name}=${value}`]);
  return { file: process.execPath, args: [COMMAND, 'check', ...which, ...given, ...options, '--json'] };
}

/** Our core, with so many workers. */
export const core = (bounds, workers) => check(bounds, ['--workers', `${workers}`]);

/** The first states of a search, by an engine. It is stopped: exit code 3. */
export function prefix(bounds, engine, states) {
  const options = ['--engine', engine, '--workers', '1', '--max-states', `${states}`];
  return { ...check(bounds, options), expected: [0, 3] };
}

/** Node, doing nothing. */
export const nothing = { file: process.execPath, args: ['-e', '0'] };

/** The counts in what `vtlb check --json` printed. @throws PeerError when a property broke */
export function read(printed) {
  const { states, transitions, depth, verdict } = JSON.parse(printed);
  if (verdict === 'violated') throw new PeerError(`vtlb: ${printed}`);
  return { states, transitions, depth };
}
