import { fileURLToPath } from 'node:url';
import { PeerError } from '../tools/error.mjs';

const COMMAND = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

/** `vtlb check` as the peers have it. */
function check(bounds, options) {
  const which = ['--layout', 'minimal', '--kernel', 'patch', '--contract', 'kvm'];
  const given = Object.entries(bounds).flatMap(([name, value]) => ['--bound', `${name}=${value}`]);
  return { file: process.execPath, args: [COMMAND, 'check', ...which, ...given, ...options, '--json'] };
}

/** A search over whole states, with so many workers. */
export const core = (bounds, workers) => check(bounds, ['--tlbs', 'whole', '--workers', `${workers}`]);

/** A search for a verdict: with TLBs apart. */
export const verdict = (bounds) => check(bounds, ['--workers', '1']);

/** The first whole states of a search. It is stopped: exit code 3. */
export function prefix(bounds, states, options) {
  const some = [...options, '--workers', '1', '--max-states', `${states}`];
  return { ...check(bounds, some), expected: [0, 3] };
}

/** Options of a search by the memo, and of one by the recipes alone. */
export const WHOLE = ['--tlbs', 'whole'];
export const SPEC = ['--engine', 'spec'];

/** Node, doing nothing. */
export const nothing = { file: process.execPath, args: ['-e', '0'] };

/** The counts in what `vtlb check --json` printed. @throws PeerError when a property broke */
export function read(printed) {
  const { states, transitions, depth, verdict } = JSON.parse(printed);
  if (verdict === 'violated') throw new PeerError(`vtlb: ${printed}`);
  return { states, transitions, depth };
}

/** The counts of a search with TLBs apart, which are others. */
export function readApart(printed) {
  const { states, transitions, depth } = read(printed);
  const { facts } = JSON.parse(printed);
  return { nodes: states, transitions, depth, facts };
}
