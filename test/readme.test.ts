import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { LAYOUTS } from '../spec/layouts/named.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { type Ran, vtlb, vtlbUntil } from './run-vtlb.ts';
import { codeIn, missingFrom, runShown, shownIn } from './shown.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MANUAL = 'proofs-notes/manual';

/** The README and each page of the manual. */
const PAGES = ['README.md', ...readdirSync(join(ROOT, MANUAL)).map((file) => `${MANUAL}/${file}`)].map(
  (file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }),
);
const page = (name: string) => PAGES.find(({ file }) => file.endsWith(name))?.text as string;
const README = page('README.md');

const SHOWN = PAGES.flatMap(({ file, text }) => shownIn(text).map((shown) => ({ file, ...shown })));

/** What a command that does not hold ends with. */
const EXPECTED_STATUS: Record<string, number> = {
  'check --kernel v5.13': 1,
  'check --kernel patch --set pcideSet=nothing --layout minimal': 1,
  'check --contract sdm': 1,
  'check --layout kernel --max-states 20000': 3,
  'check test/examples/leave-prev-roots.ts --layout kernel': 1,
  'check test/examples/invlpg-active-pcid.ts --layout kernel --bound userPages=0': 1,
  'check --set roleChange=keep-roots': 1,
  'check --set obsoleteRoots=current --max-seconds 1 --json': 3,
  'check --layout roles --bound spaces=1 --set roleChange=keep-roots': 1,
  'check my-kernel.ts --layout roles --bound spaces=1': 1,
  'compare patch-base patch --layout minimal': 1,
  'compare patch-base patch --layout minimal --json': 1,
  'mutate --max-seconds 1 --json': 3,
  'replay message-mov-cr3 --kernel v5.13': 1,
  'sweep --collect overnight': 3,
  'sweep --collect overnight --json': 3,
  'sweep --out small --set roleChange=keep-roots --layout minimal roles --bound spaces=1 --run': 1,
};

/** Commands that are run elsewhere: by their tests in test/src/cli, `conform` where Linux's code is, `kvm` where an emulator is. */
const RUN_ELSEWHERE = /^(review|conform|kvm|prove)\b/;
/** Commands that serve until they are told to end. */
const SERVES = /^explore (?!.*--out)/;

const folder = mkdtempSync(join(tmpdir(), 'vtlb-manual-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The files that the reader is told to write, and where they lie here. */
const files: Record<string, string> = {};
for (const { file, code } of PAGES.flatMap(({ text }) => codeIn(text))) {
  if (file.includes('/')) continue;
  files[file] = join(folder, file);
  writeFileSync(files[file], code.replaceAll("'vtlb/spec'", `'${join(ROOT, 'dist/spec/index.js')}'`));
}

/** The folders that it names for answers. */
for (const name of ['overnight', 'small']) files[name] = join(folder, name);

/** What a command left behind; each is run once. */
const ran = new Map<string, Promise<Ran>>();

function runOnce(command: string): Promise<Ran> {
  const run = async () =>
    SERVES.test(command)
      ? vtlbUntil('SIGTERM', (stdout) => stdout !== '', command.split(' '))
      : runShown({ command, output: null }, files);
  const result = ran.get(command) ?? run();
  ran.set(command, result);
  return result;
}

describe('every command of the README and the manual works as written', () => {
  const commands = [...new Set(SHOWN.map(({ command }) => command))].filter(
    (command) => !RUN_ELSEWHERE.test(command),
  );

  it('has commands, each command of vtlb among them', () => {
    const first = SHOWN.map(({ command }) => command.split(' ')[0]);
    for (const { name } of COMMANDS) expect(first).toContain(name);
    for (const command of Object.keys(EXPECTED_STATUS)) expect(commands).toContain(command);
  });

  it.each(commands)('vtlb %s', async (command) => {
    const { status, stdout, stderr } = await runOnce(command);
    expect([status, stderr]).toEqual([EXPECTED_STATUS[command] ?? 0, '']);
    expect(stdout).not.toBe('');
    for (const shown of SHOWN.filter((each) => each.command === command))
      expect(missingFrom(stdout, shown), shown.file).toBeNull();
  });

  it('npm run test:trust, with fewer configurations', () => {
    const [, args = ''] = /^ {4}npm run test:trust -- (.*?)(?= {2,}|$)/m.exec(page('trust.md')) ?? [];
    expect(args).toMatch(/--count \d+/);
    const few = args.replace(/--count \d+/, '--count 2').split(' ');
    const { status, stdout } = spawnSync(process.execPath, ['test/trust/run.mjs', ...few], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toContain('seed 1: compared 2,');
    expect(stdout).toMatch(/^1 passed, 0 failed$/m);
    expect(status).toBe(0);
  });

  it('names no script that npm does not know', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = PAGES.flatMap(({ text }) => [...text.matchAll(/npm run ([\w:]+)/g)]);
    expect(named.length).toBeGreaterThan(4);
    for (const [, script = ''] of named) expect(Object.keys(scripts)).toContain(script);
  });
});

describe('the README', () => {
  it('fits on two screens', () => expect(Buffer.byteLength(README)).toBeLessThan(8000));

  it('leads to the tour and the manual', () => {
    for (const path of ['spec/tour.md', `${MANUAL}/README.md`]) expect(README).toContain(`\`${path}\``);
  });
});

describe.each(PAGES)('$file', ({ file, text }) => {
  it('names no file that is not there', () => {
    const named = [...text.matchAll(/`((?:spec|src|test|proofs-notes)\/[\w./-]*)`/g)];
    for (const [, path = ''] of named) expect(existsSync(join(ROOT, path)), path).toBe(true);
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g))
      expect(existsSync(join(ROOT, dirname(file), target)), target).toBe(true);
  });

  it('shows code of files as it is', () => {
    for (const { file: shown, code } of codeIn(text))
      if (shown.includes('/')) expect(readFileSync(join(ROOT, shown), 'utf8')).toContain(code);
  });
});

describe('the manual', () => {
  it('lists each of its pages', () => {
    const index = page(`${MANUAL}/README.md`);
    for (const { file } of PAGES.slice(1))
      if (!file.endsWith('README.md')) expect(index).toContain(`](${file.slice(MANUAL.length + 1)})`);
  });

  it.each(['leave-prev-roots', 'invlpg-active-pcid'])('kernel-files.md shows %s.ts as it is', (name) => {
    const source = readFileSync(`${ROOT}test/examples/${name}.ts`, 'utf8');
    const code = source.replace(/\/\*\*[\s\S]*?\*\/\n/, '').replace(/^(?=.)/gm, '    ');
    expect(page('kernel-files.md')).toContain(code);
  });

  it('testing.md shows the first test of test/examples/ordinary-vtlb as it is', () => {
    const source = readFileSync(`${ROOT}test/examples/ordinary-vtlb/first.test.ts`, 'utf8');
    expect(page('testing.md')).toContain(source.replace(/^(?=.)/gm, '    '));
  });

  it('typescript.md has an example that runs', () => {
    const code = /```ts\n([\s\S]*?)```/.exec(page('typescript.md'))?.[1] as string;
    const check = '\nprocess.stdout.write(String(machine.vcpus[0].guest.cr4.pcide));';
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code + check], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toBe('true');
  });

  it('check.md has each layout, in its own words', () => {
    const rows = Object.values(LAYOUTS).map(({ name, doc }) => `| \`${name}\` | ${doc} |\n`);
    expect(page('check.md')).toContain(rows.join(''));
  });

  it.each(
    [...page('output.md').matchAll(/^\| `npx vtlb (.*)` \| (.*) \|$/gm)].map(
      ([, command = '', keys = '']) => [command, keys.split(' ').map((key) => key.slice(1, -1))],
    ),
  )('output.md has the keys of vtlb %s', async (command, keys) => {
    const { stdout } = await runOnce(command as string);
    expect(Object.keys(JSON.parse(stdout))).toEqual(keys);
  });

  it('output.md has a row for each command', () => {
    const rows = [...page('output.md').matchAll(/^\| `npx vtlb (\w+).* --json` \|/gm)].map(
      ([, name]) => name,
    );
    for (const { name } of COMMANDS) expect([...rows, 'conform', 'kvm', 'prove']).toContain(name);
  });

  it('traces.md has events that are read', () => {
    const text = page('traces.md');
    const block = text.slice(text.indexOf('    access'), text.indexOf('\n\n', text.indexOf('    access')));
    const events = block
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/)[0] as string)
      .filter((line) => !line.startsWith('write-dir') && !line.startsWith('cpu'));
    expect(events).toContain('host zap-all');
    expect(vtlb(['replay', '-', '--json'], events.join('\n')).status).toBe(0);
    expect(vtlb(['replay', '-', '--json', '--layout', 'deep'], 'write-dir a:user b.u').status).toBe(0);
    expect(vtlb(['replay', '-', '--json', '--layout', 'smp'], 'cpu 1: access u0').status).toBe(0);
  });
});
