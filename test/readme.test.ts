import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { vtlb } from './run-vtlb.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');

/** The commands that the README shows, in blocks and in the text, each with the words behind `vtlb`. */
const COMMANDS = [
  ...README.matchAll(/^ {4}(?:\$ )?npx vtlb (.*?)(?= {2,}|$)/gm),
  ...README.matchAll(/`npx vtlb ([^`]+)`/g),
].map((found) => found[1] as string);

/** What a command that does not hold ends with. */
const EXPECTED_STATUS: Record<string, number> = {
  'check --kernel v5.13': 1,
  'check --kernel patch --set pcideSet=nothing': 1,
  'check --contract sdm': 1,
  'check --layout kernel --max-states 20000': 3,
  'check test/examples/leave-prev-roots.ts --layout kernel': 1,
  'check test/examples/invlpg-active-pcid.ts --layout kernel --bound userPages=0': 1,
  'check --layout roles --bound spaces=1 --set roleChange=keep-roots': 1,
  'compare patch-base patch --layout minimal': 1,
  'replay spec/scenarios/message-mov-cr3.trace --kernel v5.13': 1,
};

/** What a command left behind; each is run once. */
const ran = new Map<string, ReturnType<typeof vtlb>>();

function runOnce(command: string): ReturnType<typeof vtlb> {
  const result = ran.get(command) ?? vtlb(command.split(' '));
  ran.set(command, result);
  return result;
}

/** `vtlb review` is run by test/src/cli/review.test.ts, `vtlb conform` by test/kernel, where its kernel is. */
describe('every command of the README works as written', () => {
  it('has commands', () => expect(COMMANDS.length).toBeGreaterThan(8));

  it.each([...new Set(COMMANDS)].filter((command) => !/^(review|conform)/.test(command)))(
    'vtlb %s',
    (command) => {
      const { status, stdout, stderr } = runOnce(command);
      expect([status, stderr]).toEqual([EXPECTED_STATUS[command] ?? 0, '']);
      expect(stdout).not.toBe('');
    },
  );

  it('npm run test:trust, with fewer configurations', () => {
    const [, args = ''] = /^ {4}npm run test:trust -- (.*?)(?= {2,}|$)/m.exec(README) ?? [];
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

  it('shows output that is real', () => {
    const whole = runOnce('check --kernel v5.13').stdout;
    const mutated = runOnce('mutate --decision pgeToggle').stdout;
    const cost = runOnce('cost --kernel v5.13 v5.14 patch v6.12 --workload switch-4 --events 1000').stdout;
    for (const stdout of [whole, mutated.slice(mutated.indexOf('pgeToggle=flush-guest')), cost])
      expect(README).toContain(stdout.trimEnd().replace(/^(?=.)/gm, '    '));
  });

  it.each(['leave-prev-roots', 'invlpg-active-pcid'])('shows test/examples/%s.ts as it is', (name) => {
    const source = readFileSync(`${ROOT}test/examples/${name}.ts`, 'utf8');
    const code = source.replace(/\/\*\*[\s\S]*?\*\/\n/, '').replace(/^(?=.)/gm, '    ');
    expect(README).toContain(code);
  });

  it('shows the first test of test/examples/ordinary-vtlb as it is', () => {
    const source = readFileSync(`${ROOT}test/examples/ordinary-vtlb/first.test.ts`, 'utf8');
    expect(README).toContain(source.replace(/^(?=.)/gm, '    '));
  });

  it('leads to the tour, and to what else it names', () => {
    const named = [...README.matchAll(/`((?:spec|src|test|proofs-notes)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named).toContain('spec/tour.md');
    for (const path of named) expect(existsSync(`${ROOT}${path}`), path).toBe(true);
  });

  it('has an example that runs', () => {
    const code = /```ts\n([\s\S]*?)```/.exec(README)?.[1] as string;
    const check = '\nprocess.stdout.write(String(machine.vcpus[0].guest.cr4.pcide));';
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code + check], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toBe('true');
  });

  it('reads the events of its trace section', () => {
    const section = README.slice(README.indexOf('A trace has one event a line'));
    const block = section.slice(
      section.indexOf('    access'),
      section.indexOf('\n\n', section.indexOf('    access')),
    );
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
