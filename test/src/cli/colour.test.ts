import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const VTLB = 'node dist/src/cli/main.js';
/**
 * An environment that says nothing of colours or columns. What is known to say something is not taken out of
 * the environment of the tests: `CI`, for one, which Node takes for a terminal without colours.
 */
const { PATH = '', HOME = '' } = process.env;
const plain = { PATH, HOME, TERM: 'xterm-256color' };

type Variables = Readonly<Record<string, string>>;

/** What a shell command writes to a pipe. */
function piped(command: string, variables: Variables = {}): string {
  const env = { ...plain, ...variables };
  return spawnSync('sh', ['-c', command], { cwd: ROOT, env, encoding: 'utf8' }).stdout;
}

/** What it writes to a terminal. */
function onTerminal(command: string, variables: Variables = {}): string {
  return piped(`script -qec ${JSON.stringify(command)} /dev/null`, variables).replaceAll('\r', '');
}

const isColoured = (text: string) => text.includes('\x1b[');
const hasScript = spawnSync('script', ['--version']).status === 0;

const REPLAY = `${VTLB} replay message`;

describe('colours', () => {
  it.each<[string, string, Variables]>([
    ['to a pipe', REPLAY, {}],
    ['to a pipe, with --color=never', `${REPLAY} --color=never`, { FORCE_COLOR: '1' }],
    ['to a pipe, with --color=auto', `${REPLAY} --color=auto`, {}],
    ['in JSON, with --color always', `${REPLAY} --color always --json`, {}],
    ['in an export, with --color always', `${VTLB} export message --to markdown --color always`, {}],
    ['in the help', `${VTLB} --help`, {}],
  ])('none %s', (_name, command, variables) => {
    const text = piped(command, variables);
    expect(text.length).toBeGreaterThan(100);
    expect(isColoured(text)).toBe(false);
  });

  it.each<[string, string, Variables]>([
    ['with --color always', `${REPLAY} --color always`, { NO_COLOR: '1' }],
    ['with --color before the command', `${VTLB} --color always replay message`, {}],
    ['with FORCE_COLOR', REPLAY, { FORCE_COLOR: '1' }],
    ['in the help', `${VTLB} replay --color=always --help`, {}],
    ['in a difference', `${VTLB} kernels v6.1 v6.12 --event invlpg --color=always`, {}],
    [
      'of a kernel file',
      `${VTLB} replay message --kernel test/examples/invlpg-active-pcid.ts`,
      { FORCE_COLOR: '1' },
    ],
  ])('some %s', (_name, command, variables) => {
    expect(isColoured(piped(command, variables))).toBe(true);
  });

  it('only colours: the text is the same', () => {
    const coloured = piped(`${VTLB} replay message-mov-cr3 --kernel v5.13`, { FORCE_COLOR: '1' });
    expect(coloured).toContain('\x1b[31mu0=f1!\x1b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours begin with
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(piped(`${VTLB} replay message-mov-cr3 --kernel v5.13`));
  });

  it('says no to another word', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `${REPLAY} --color=red`], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/--color <when>.*always, never, auto/);
  });
});

describe.skipIf(!hasScript)('on a terminal', () => {
  it('has colours, and none that NO_COLOR or --color says no to', () => {
    expect(isColoured(onTerminal(REPLAY))).toBe(true);
    expect(isColoured(onTerminal(REPLAY, { NO_COLOR: '1' }))).toBe(false);
    expect(isColoured(onTerminal(`${REPLAY} --color never`))).toBe(false);
    expect(isColoured(onTerminal(REPLAY, { TERM: 'dumb' }))).toBe(false);
    expect(isColoured(onTerminal(REPLAY, { CI: 'true' }))).toBe(false);
    expect(isColoured(onTerminal(REPLAY, { CI: 'true', FORCE_COLOR: '1' }))).toBe(true);
  });

  it('is as wide as that, unless COLUMNS says otherwise', () => {
    const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));
    const bugs = `stty cols 70; ${VTLB} bugs --color never`;
    expect(longest(onTerminal(bugs))).toBe(70);
    expect(longest(onTerminal(bugs, { COLUMNS: '90' }))).toBe(90);
    const ofFile = `stty cols 70; ${VTLB} replay message --color never --kernel test/examples/invlpg-active-pcid.ts`;
    expect(longest(onTerminal(ofFile))).toBeLessThanOrEqual(70);
  });
});
