import { afterEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { fitHelp } from '../../../src/cli/help.ts';
import { addColorOption } from '../../../src/cli/terminal.ts';
import { vtlb } from '../../run-vtlb.ts';

/**
 * Commands with everything that is set in lines: tables, prose, traces, lists. Searches come last: in a process that has
 * made some there may be too little memory to start another, as those do that read the specification's text.
 */
const FITS = [
  'kernels pcideSet',
  'kernels v5.15',
  'kernels --grep kvm_post_set_cr4',
  'kernels --diff test/examples/role-change.patch',
  'kernels',
  'kernels patch-base patch',
  'replay message --kernel patch --set pcideSet=nothing',
  'bugs',
  'bugs 3',
  'bugs 9',
  'cost --kernel v5.14 patch --workload switch-write-8 remap-pge --events 10',
  'cost --kernel naive --workload switch-2 --events 10 --optimisations',
  'compare patch-base patch --layout minimal',
  'check --bound spaces=1 --explain-row',
  'check --bound spaces=1 --simulate 2',
  'check --bound spaces=1 --set pcideSet=nothing',
];

/** Those that start other processes' worth of threads, and so are run as they are built. */
const FITS_BUILT = [
  'review --max-seconds 1',
  'mutate --decision smepSet --max-seconds 1',
  'check --set smepSet=nothing --max-seconds 1',
];

/** What is to be copied as it stands has lines as long as they are. */
const AS_LONG_AS_THEY_ARE = [
  'kernels v6.12 --event mov-cr3',
  'kernels v6.1 v6.12 --event invlpg',
  'export message --to kvm-unit-tests',
  'export message --to markdown',
  'replay message --json',
  'completion bash',
];

// Every command listens for an interrupt, and none of these ends the process.
process.setMaxListeners(0);

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What a command prints in a terminal so wide. */
async function printed(words: string, columns: number): Promise<string> {
  vi.stubEnv('COLUMNS', String(columns));
  const [name, ...args] = words.split(' ');
  const pieces: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((piece) => pieces.push(String(piece)) > 0);
  const entry = COMMANDS.find((each) => each.name === name);
  const command = (await entry?.load())?.(() => {});
  await command?.parseAsync(args, { from: 'user' });
  vi.restoreAllMocks();
  return pieces.join('');
}

const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

it('is as wide as 100 columns where nobody says how wide it is', async () => {
  const text = await printed('bugs', 100);
  expect(longest(text)).toBe(100);
  expect(vtlb(['bugs'], '', null).stdout).toBe(text);
  expect(vtlb(['bugs'], '', Number.NaN).stdout).toBe(text);
});

it.each(FITS_BUILT)('in 60 columns: vtlb %s', (words) => {
  const { stdout } = vtlb(words.split(' '), '', 60);
  expect(stdout.split('\n').length).toBeGreaterThan(4);
  expect(stdout.split('\n').filter((line) => line.length > 60)).toEqual([]);
});

it.each(AS_LONG_AS_THEY_ARE)('the same in 60 columns as in 1000: vtlb %s', async (words) => {
  if (words.startsWith('completion')) {
    expect(longest(vtlb(words.split(' '), '', 60).stdout)).toBeGreaterThan(60);
    return;
  }
  const text = await printed(words, 60);
  expect(longest(text)).toBeGreaterThan(60);
  expect(text).toBe(await printed(words, 1000));
});

const WIDTHS = [60, 80, 100];

describe.each(FITS)('vtlb %s', (words) => {
  it.each(WIDTHS)('in %i columns', async (columns) => {
    const text = await printed(words, columns);
    expect(text.split('\n').length).toBeGreaterThan(4);
    expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
    expect(text).not.toContain('\u00a0');
  });
});

describe.each(COMMANDS.map((entry) => [entry.name, entry] as const))('vtlb %s --help', (_, entry) => {
  it.each(WIDTHS)('in %i columns', async (columns) => {
    vi.stubEnv('COLUMNS', String(columns));
    const pieces: string[] = [];
    const command = addColorOption(fitHelp((await entry.load())(() => {}).description(entry.doc)));
    command.configureOutput({ writeOut: (piece) => pieces.push(piece) });
    command.outputHelp();
    expect(pieces.length).toBeGreaterThan(0);
    expect(
      pieces
        .join('')
        .split('\n')
        .filter((line) => line.length > columns),
    ).toEqual([]);
  });
});

it('a trace that a report shows in a line is broken between its events only', async () => {
  const text = await printed('check --kernel v5.13', 60);
  expect(text).toMatch(/\(mov-cr3 b;\s+mov-cr4 pcide=1\)/);
});
