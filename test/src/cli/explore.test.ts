import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseLink } from '../../../src/explore/link.ts';
import { vtlb } from '../../run-vtlb.ts';
import { BUILT_SPEC } from './kernel-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'vtlb-explore-'));
afterAll(() => rmSync(folder, { recursive: true }));

const own = (path: string, before = '') => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const kernel = "defineKernel({ base: 'v6.12', kvm: { syncPrevRoots: () => {} } })";
  writeFileSync(file, `${before}import { defineKernel } from '${BUILT_SPEC}';\nexport default ${kernel};\n`);
  return file;
};
const OWN = own('my own.mjs');
const OWN_TOO = own('too/my own.mjs');
const IMPORTING = own('importing.mjs', "import 'node:fs';\n");

const MESSAGE = 'spec/scenarios/message-mov-cr3.trace';

describe('vtlb explore', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and ends with 0', async (signal) => {
    const child = spawn(process.execPath, ['dist/src/cli/main.js', 'explore', MESSAGE, '--kernel', 'v5.13']);
    const ended = once(child, 'close');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(String(line)).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/#kernel=v5\.13&.*&events=[^&]*\nCtrl-C ends it\.\n$/,
    );
    expect((await fetch(String(line).split('#')[0] as string)).status).toBe(200);
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(child.stderr.read()).toBeNull();
  });

  it('puts into the address all that it is told', () => {
    const args = ['explore', '-', '--out', join(folder, 'all'), '--json'];
    const world = [
      '--kernel',
      'v5.13',
      '--set',
      'pcideSet=unload',
      '--contract',
      'sdm',
      '--bound',
      'spaces=3',
    ];
    const { status, stdout } = vtlb(
      [...args, ...world, '--versus', 'patch'],
      'access u0\nmov-cr3 c # third\n',
    );
    expect(status).toBe(0);
    const { hash } = new URL((JSON.parse(stdout) as { url: string }).url);
    expect(parseLink(hash)).toEqual({
      kernel: 'v5.13',
      set: { pcideSet: 'unload' },
      versus: { kernel: 'patch', set: {} },
      contract: 'sdm',
      layout: 'minimal',
      bounds: { spaces: 3 },
      events: [
        { kind: 'access', cpu: 0, page: 'u0' },
        { kind: 'mov-cr3', cpu: 0, space: 'c', low: 0, noflush: false },
      ],
      step: null,
    });
  });

  it('copies the page as files', () => {
    const out = join(folder, 'deep', 'copy');
    const { status, stdout } = vtlb(['explore', '--out', out]);
    expect(status).toBe(0);
    expect(stdout).toBe(`file://${out}/index.html#kernel=v6.12&contract=kvm&layout=minimal\n`);
    expect(readdirSync(out).sort()).toEqual([
      'explorer.css',
      'explorer.js',
      'icon.svg',
      'index.html',
      'licenses.md',
    ]);
  });

  it('copies the code of kernel files with the page, and says that a web server is needed', () => {
    const out = join(folder, 'own-code');
    const { status, stdout } = vtlb([
      ...['explore', '--kernel', 'test/examples/invlpg-active-pcid.ts', '--set', 'pcideSet=nothing'],
      ...['--versus', OWN, '--out', out],
    ]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      `file://${out}/index.html#kernel=invlpg-active-pcid.ts&set=pcideSet=nothing&versus=my+own.mjs&contract=kvm&layout=minimal\nTo be handed out by a web server: opened as a file, a page may load no code but its own.\n`,
    );
    expect(
      readdirSync(out, { recursive: true })
        .filter((name) => String(name).endsWith('.js'))
        .sort(),
    ).toEqual([
      'explorer.js',
      'kernels/invlpg-active-pcid.ts/kernel.js',
      'kernels/my own.mjs/kernel.js',
      'kernels/spec.js',
    ]);
  });

  it('writes into a new or empty folder, or with --force over what is there, and leaves nothing of itself', () => {
    const out = join(folder, 'own');
    mkdirSync(out);
    expect(vtlb(['explore', '--out', out]).status).toBe(0);
    writeFileSync(join(out, 'index.html'), 'old');
    writeFileSync(join(out, 'mine'), 'mine');
    expect(vtlb(['explore', '--out', out])).toEqual({
      status: 2,
      stdout: '',
      stderr: `error: ${out} is not empty: expected a new or empty folder, or --force with it\n`,
    });
    expect(readFileSync(join(out, 'index.html'), 'utf8')).toBe('old');
    expect(vtlb(['explore', '--out', out, '--force']).status).toBe(0);
    expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain('<html');
    expect(readdirSync(out)).toHaveLength(6);
  });

  it('says at once that a folder cannot be written, and makes none', () => {
    const { status, stderr } = vtlb(['explore', 'no-such.trace', '--out', '/proc/x']);
    expect([status, stderr]).toEqual([2, 'error: cannot write /proc/x: ENOENT: no such file or directory\n']);
    const out = join(folder, 'not', 'made');
    expect(vtlb(['explore', 'no-such.trace', '--out', out]).status).toBe(2);
    expect(existsSync(join(folder, 'not'))).toBe(false);
  });

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { status, stdout, stderr } = vtlb(['explore', '--port', `${port}`]);
    other.close();
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`error: --port ${port}: it is in use; 0 takes any that is free\n`);
  });

  it.each([
    [['explore', 'no-such.trace'], 'no-such.trace: cannot be read (ENOENT)'],
    [['explore', '--port', '65536'], '--port 65536: expected 0 to 65535'],
    [['explore', '--port', 'x'], 'expected a whole number from 0'],
    [['explore', '--versus', 'v9'], 'expected one of v5.12'],
    [['explore', '--bound', 'userPages=0'], 'a guest needs at least one virtual page'],
    [['explore', '--out', 'package.json'], 'cannot write package.json: ENOTDIR: not a directory'],
    [['explore', '--out', 'package.json/x'], 'cannot write package.json/x: ENOTDIR'],
    [['explore', '--out', 'spec'], 'spec is not empty: expected a new or empty folder, or --force with it'],
    [['explore', '--force'], '--force is for a folder that is not empty: expected --out with it'],
    [['explore', '--linux', '5.4'], 'expected 6.1, 6.12, 7.3 or the folder of a kernel tree'],
    [['explore', '--linux', '7.3', '--set', 'pcideSet=nothing'], '--linux 7.3: expected no --set with it'],
    [
      ['explore', '--linux', '7.3', '--layout', 'races'],
      "layout races with --linux 7.3: the harness has no words for 'zap-during fault u0'",
    ],
    [
      ['explore', '--kernel', IMPORTING],
      "importing.mjs imports 'node:fs', which a page does not have: expected 'vtlb/spec', or the path",
    ],
    [
      ['explore', '--kernel', OWN, '--versus', OWN_TOO],
      `${OWN} and ${OWN_TOO}: expected files of two names, by which an address tells them apart`,
    ],
  ])('%j ends with code 2', (args, message) => {
    const { status, stdout, stderr } = vtlb(args);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('names the line and the column of a trace that cannot be read', () => {
    const { status, stderr } = vtlb(['explore', '-'], 'access u0\nmov-cr3 d\n');
    expect(stderr).toBe("error: standard input: line 2, column 9: expected a space (a, b), found 'd'\n");
    expect(status).toBe(2);
  });
});
