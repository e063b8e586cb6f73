import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from './packed.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

/** What a user of `vtlb/testing` has besides; linked, for these are known to install. */
const PEERS = ['fast-check', 'vitest', '@vitest'];

const folder = mkdtempSync(join(tmpdir(), 'vtlb-installed-'));
const project = join(folder, 'project');

function run(command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeAll(() => {
  const { filename } = pack(folder);
  mkdirSync(project);
  const installed = run('npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    join(folder, filename),
  ]);
  expect(installed.status, installed.stderr).toBe(0);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('the package, installed in an empty project', () => {
  it('brings its own dependencies, a solver among them, and no tool of its makers', () => {
    const packages = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages.sort()).toEqual([
      '@typescript',
      'async-mutex',
      'commander',
      'immer',
      'tinypool',
      'ts-pattern',
      'tslib',
      'typescript',
      'vtlb',
      'z3-solver',
    ]);
  });

  it('has a command that runs', () => {
    const version = run('npx', ['--no-install', 'vtlb', '--version']);
    expect(version).toMatchObject({ status: 0, stdout: `${VERSION}\n` });
    const check = run('npx', ['--no-install', 'vtlb', 'check', '--bound', 'spaces=1', '--json']);
    expect(check.status).toBe(0);
    expect(JSON.parse(check.stdout)).toMatchObject({ verdict: 'holds', complete: true, states: 117 });
    expect(run('npx', ['--no-install', 'vtlb', 'bugs', '29']).status).toBe(0);
  });

  it('has entry points that strict TypeScript knows and Node loads', () => {
    for (const name of PEERS) {
      symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name), 'junction');
    }
    copyFileSync(join(ROOT, 'test', 'package', 'use.ts'), join(project, 'use.mts'));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      module: 'nodenext',
      target: 'es2023',
      skipLibCheck: false,
      types: [],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.mts'] }));
    expect(run('npx', ['--no-install', 'tsc']).stdout).toBe('');
    expect(run(process.execPath, ['use.mjs'])).toEqual({
      status: 0,
      stdout: 'clean 1 289 mov-cr3 a noflush toAgreeWithSpec,toBeClean\n',
      stderr: '',
    });
  });
});
