import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type PeerName = 'spinDfs' | 'spinBfs' | 'rumur' | 'native';

/** By peer: what the machine lacks to build it, and how to get it. */
type Missing = Partial<Record<PeerName, string>>;

interface PeerCounts {
  readonly states: number;
  readonly transitions: number;
  /** Where the peer says it. */
  readonly depth?: number;
}

const PEER = fileURLToPath(new URL('peer.mjs', import.meta.url));

/** Which peers cannot be built here. */
export function missingPeers(): Missing {
  return peer(['--missing']) as Missing;
}

/** Says on stderr what is skipped, as test/kernel does. */
export function sayWhatIsMissing(missing: Missing): void {
  for (const [name, why] of Object.entries(missing))
    process.stderr.write(`\nSKIPPED, not passed: what needs the peer ${name}. ${why}\n\n`);
}

/** Builds a peer without optimization, which would take longer than it spares, runs it and reads its counts. */
export function peerCounts(name: PeerName, bounds: readonly string[]): PeerCounts {
  const given = bounds.flatMap((bound) => ['--bound', bound]);
  return peer([name, ...given, '--hurried']) as PeerCounts;
}

function peer(args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PEER, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`peer.mjs ${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
