// Builds one peer and runs it: prints its counts as JSON.
//   node peer.mjs NAME [--bound pcids=3] [--states N] [--hurried]     N: room for so many states
//   node peer.mjs --missing                                           what cannot be built here, and why
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readBounds } from './tools/bounds.mjs';
import { MissingError, PeerError } from './tools/error.mjs';
import { PEERS } from './tools/peers.mjs';
import { need } from './tools/run.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bound: { type: 'string', multiple: true, default: [] },
    states: { type: 'string', default: '400000' },
    hurried: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
  },
});
print(values.missing ? missing() : await countsOf(positionals[0]));

function missing() {
  const why = {};
  for (const [name, { needs }] of Object.entries(PEERS)) {
    try {
      need(...needs);
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      why[name] = error.message;
    }
  }
  return why;
}

async function countsOf(name) {
  const peer = PEERS[name];
  if (peer === undefined)
    throw new Error(`no peer ${name}: expected one of ${Object.keys(PEERS).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-peer-'));
  try {
    const room = { states: Number(values.states), hurried: values.hurried };
    const { file, args } = await peer.build(folder, readBounds(values.bound), room);
    const env = { ...process.env, ...peer.environment };
    const { stdout, stderr } = spawnSync(file, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (stdout === '') throw new PeerError(`${name} printed nothing: ${stderr}`);
    return peer.read(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
