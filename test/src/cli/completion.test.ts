import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { completedCommands } from '../../../src/cli/completion/words.ts';
import { vtlb } from '../../run-vtlb.ts';

const folder = mkdtempSync(join(tmpdir(), 'vtlb-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the script of a shell lies. */
function scriptOf(shell: string): string {
  const { status, stdout } = vtlb(['completion', shell]);
  expect(status).toBe(0);
  const file = join(folder, `vtlb.${shell}`);
  writeFileSync(file, stdout);
  return file;
}

/** The beginning of a line, some words that complete its last one, and some that do not. */
interface Asked {
  readonly line: string;
  readonly has: readonly string[];
  readonly hasNot?: readonly string[];
}

const ASKED: readonly Asked[] = [
  { line: 'vtlb ', has: ['check', 'replay', 'completion'], hasNot: ['--kernel'] },
  { line: 'vtlb ch', has: ['check'], hasNot: ['replay'] },
  { line: 'vtlb check --lay', has: ['--layout'] },
  {
    line: 'vtlb check --',
    has: ['--kernel', '--max-states', '--color', '--help'],
    hasNot: ['--decision', '--engine'],
  },
  { line: 'vtlb check --layout mi', has: ['minimal'], hasNot: ['smp'] },
  { line: 'vtlb check --json --layout s', has: ['shared', 'smp'], hasNot: ['minimal'] },
  { line: 'vtlb check --kernel v7', has: ['v7.0', 'v7.1'], hasNot: ['v6.12'] },
  { line: 'vtlb check --kernel my', has: ['my-kernel.ts'] },
  { line: 'vtlb check --bound sp', has: ['spaces='] },
  { line: 'vtlb replay mess', has: ['message', 'message-mov-cr3'], hasNot: ['cached-pcid'] },
  { line: 'vtlb replay message --contract ', has: ['sdm', 'kvm'] },
  { line: 'vtlb export message --to kvm', has: ['kvm-unit-tests'] },
  { line: 'vtlb kernels pcide', has: ['pcideSet', 'pcideClear'] },
  { line: 'vtlb compare v5.12 pat', has: ['patch', 'patch-base'] },
  { line: 'vtlb mutate --decision pge', has: ['pgeToggle'] },
  { line: 'vtlb cost --workload switch-2 fork', has: ['fork-exit', 'fork-exit-pcid'] },
  { line: 'vtlb completion ', has: ['bash', 'zsh', 'fish'] },
];

function judge(answers: ReadonlyMap<string, readonly string[]>, { line, has, hasNot = [] }: Asked): void {
  const found = answers.get(line);
  expect(found).toEqual(expect.arrayContaining([...has]));
  for (const word of hasNot) expect(found).not.toContain(word);
}

/** Answers of a shell: what follows each line that stands behind `#`. */
function answersIn(stdout: string): Map<string, string[]> {
  return new Map(
    stdout
      .split(/^#/m)
      .slice(1)
      .map((block) => {
        const [line = '', ...found] = block.split('\n');
        return [line, found.filter((each) => each !== '')];
      }),
  );
}

function run(shell: string, lines: readonly string[]): Map<string, string[]> {
  writeFileSync(join(folder, 'my-kernel.ts'), '');
  const { stdout, stderr } = spawnSync(
    shell,
    [...(shell === 'fish' ? ['--no-config'] : []), '-c', lines.join('\n')],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  return answersIn(stdout);
}

const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

describe('in bash', () => {
  const ask = (line: string) =>
    `COMP_LINE='${line}' COMP_POINT=${line.length}; _vtlb; echo '#${line}'; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const asked = [...ASKED.map(({ line }) => line), 'vtlb check --set pcideSet=no', 'vtlb check --layout=mi'];
  const answers = run('bash', [
    `source ${scriptOf('bash')}`,
    'complete -p vtlb > /dev/null',
    ...asked.map(ask),
  ]);

  it.each(ASKED)('$line', (asked) => judge(answers, asked));

  it('gives of a word with = what stands behind it, as bash takes words apart there', () => {
    expect(answers.get('vtlb check --set pcideSet=no')).toEqual(['nothing']);
    expect(answers.get('vtlb check --layout=mi')).toEqual(['minimal']);
  });
});

describe.skipIf(!isThere('fish'))('in fish', () => {
  const ask = (line: string) => `echo '#${line}'; complete -C '${line}' | string replace -r '\\t.*' ''`;
  const answers = run('fish', [`source ${scriptOf('fish')}`, ...ASKED.map(({ line }) => ask(line))]);

  it.each(ASKED)('$line', (asked) => judge(answers, asked));
});

describe.skipIf(!isThere('zsh'))('in zsh', () => {
  it('is taken for the completion of vtlb', () => {
    const script = `autoload -U compinit; compinit -u -D; source ${scriptOf('zsh')}; print $_comps[vtlb]`;
    const { stdout, stderr } = spawnSync('zsh', ['-fc', script], { cwd: folder, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['_vtlb\n', '']);
  });

  it('completes a word that is alone in what it begins with', () => {
    const lines = [
      'zmodload zsh/zpty',
      `zpty z zsh -f -i`,
      `zpty -w z 'PS1=; autoload -U compinit; compinit -u -D; source ${scriptOf('zsh')}; print READ''Y'`,
      `zpty -r z out '*READY*'`,
      `zpty -n -w z $'vtlb check --layout mi\\t--set pcideSet=rel\\t'`,
      `zpty -r z out '*minimal*pcideSet=reload*' && print FOUND`,
    ];
    const { stdout } = spawnSync('zsh', ['-f'], {
      input: lines.join('\n'),
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stdout).toContain('FOUND');
  });
});

describe('every command', () => {
  it('has words for each value of its options and each argument', async () => {
    const commands = await Promise.all(COMMANDS.map(async ({ load }) => (await load())(() => {})));
    for (const { name, options, argument } of completedCommands(commands)) {
      for (const { flags, value } of options)
        if (value !== null && value.words.length === 0 && value.paths === undefined)
          expect(NUMBERS, `${name} ${flags}`).toContain(flags[0]);
      if (commands.find((each) => each.name() === name)?.registeredArguments.length !== 0)
        expect([...argument.words, argument.paths ?? ''], name).not.toEqual(['']);
    }
  });
});

/** Options with values that nobody can list. */
const NUMBERS = [
  '--workers',
  '--max-states',
  '--max-memory',
  '--max-seconds',
  '--checkpoint-every',
  '--simulate',
  '--length',
  '--seed',
  '--port',
  '--events',
  '--grep',
];
