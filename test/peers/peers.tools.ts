import { beforeAll, describe, expect, it } from 'vitest';
import { vtlb } from '../run-vtlb.ts';
import { COUNTS } from './counts.ts';
import { missingPeers, type PeerName, peerCounts, sayWhatIsMissing } from './run-peer.ts';

/** Spin breadth first, for the depth; the benchmark's test has it depth first too. */
const PEERS: readonly PeerName[] = ['spinBfs', 'rumur', 'native'];

interface Counted {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
}

/** Milliseconds for our search, on a busy machine. */
const PATIENCE = 600_000;

const missing = missingPeers();
sayWhatIsMissing(missing);

for (const { bounds, spec, ...expected } of COUNTS) {
  describe(`layout minimal, ${bounds.join(' ')}`, () => {
    let ours: Counted;
    beforeAll(() => {
      ours = counted(bounds, ['--tlbs', 'whole']);
    }, PATIENCE);

    it('is counted as ever by vtlb', () => {
      expect(ours).toEqual(expected);
    });

    if (spec) {
      it('is counted the same by the spec itself', () => {
        expect(counted(bounds, ['--engine', 'spec'])).toEqual(ours);
      });
    }

    for (const peer of PEERS) {
      it.skipIf(missing[peer] !== undefined)(`is counted the same by ${peer}`, () => {
        const theirs = peerCounts(peer, bounds);
        expect(theirs).toMatchObject({ states: expect.any(Number), transitions: expect.any(Number) });
        expect({ ...ours, ...theirs }).toEqual(ours);
      });
    }
  });
}

/** What `vtlb check` counts at bounds given as `name=N` words. */
function counted(bounds: readonly string[], how: readonly string[]): Counted {
  const given = bounds.flatMap((bound) => ['--bound', bound]);
  const options = ['--kernel', 'patch', ...how, '--workers', '1', '--json'];
  const { status, stdout, stderr } = vtlb(['check', ...options, ...given]);
  if (status !== 0) throw new Error(`vtlb ended with ${status}: ${stderr}${stdout}`);
  const { states, transitions, depth } = JSON.parse(stdout);
  return { states, transitions, depth };
}
