import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isThere, run } from './programs.ts';

/** A Slurm of one node, on loopback alone, with a configuration of its own. */
export interface Slurm {
  /** What its commands need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => void;
}

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'sinfo'];

/** Why there can be no Slurm here; null if there can. */
export function whyNoSlurm(): string | null {
  const missing = PROGRAMS.filter((program) => !isThere(program));
  if (missing.length > 0) return `no ${missing.join(', ')}`;
  return process.getuid?.() === 0 ? null : 'its daemons want to be started by root';
}

/** Seconds until a node has to be idle. */
const PATIENCE = 60;

/** Starts one whose files lie in a folder; it serves until it is stopped. */
export async function startSlurm(folder: string): Promise<Slurm> {
  for (const name of ['state', 'spool', 'munge']) mkdirSync(join(folder, name), { mode: 0o700 });
  // Where a daemon of munge would be another's to write to, it does not start.
  chmodSync(folder, 0o755);
  const munge = (name: string) => join(folder, 'munge', name);
  writeFileSync(munge('key'), randomBytes(1024), { mode: 0o600 });
  const config = join(folder, 'slurm.conf');
  writeFileSync(config, await configuration(folder, munge('socket')));
  const env = { SLURM_CONF: config };
  const pids = [munge('pid'), join(folder, 'slurmctld.pid'), join(folder, 'slurmd.pid')];
  const stop = () => {
    for (const file of [...pids].reverse())
      if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')));
  };
  const own = ['key-file', 'socket', 'pid-file', 'log-file', 'seed-file'];
  run('munged', ['--force', ...own.map((option) => `--${option}=${munge(option.replace('-file', ''))}`)]);
  run('slurmctld', ['-f', config], env);
  run('slurmd', ['-f', config, '-N', 'vtlb'], env);
  for (let waited = 0; run('sinfo', ['--noheader', '--format=%T'], env).trim() !== 'idle'; waited++) {
    if (waited > PATIENCE) {
      stop();
      throw new Error(`no idle node:\n${readFileSync(join(folder, 'slurmctld.log'), 'utf8')}`);
    }
    await setTimeout(1000);
  }
  return { env, stop };
}

async function configuration(folder: string, socket: string): Promise<string> {
  const lines = {
    ClusterName: 'vtlb',
    SlurmctldHost: `${hostname()}(127.0.0.1)`,
    SlurmUser: 'root',
    SlurmdUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${socket}`,
    SlurmctldPort: await freePort(),
    SlurmdPort: await freePort(),
    StateSaveLocation: join(folder, 'state'),
    SlurmdSpoolDir: join(folder, 'spool'),
    SlurmctldPidFile: join(folder, 'slurmctld.pid'),
    SlurmdPidFile: join(folder, 'slurmd.pid'),
    SlurmctldLogFile: join(folder, 'slurmctld.log'),
    SlurmdLogFile: join(folder, 'slurmd.log'),
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_CPU',
    MpiDefault: 'none',
    ReturnToService: 2,
  };
  const node = `NodeName=vtlb NodeHostname=${hostname()} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN`;
  const partition = 'PartitionName=all Nodes=vtlb Default=YES MaxTime=INFINITE State=UP';
  const settings = Object.entries(lines).map(([name, value]) => `${name}=${value}`);
  return `${[...settings, node, partition].join('\n')}\n`;
}

/** A port of loopback that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .on('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
  });
}
