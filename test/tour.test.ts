import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { vtlbUntil } from './run-vtlb.ts';
import { codeIn, missingFrom, runShown, shownIn } from './shown.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TOUR = readFileSync(`${ROOT}spec/tour.md`, 'utf8');

const SHOWN = shownIn(TOUR);

/** What a command that does not hold ends with. */
const EXPECTED_STATUS: Record<string, number> = {
  'replay spec/scenarios/message.trace --kernel patch --set pcideSet=nothing': 1,
  'check --kernel patch --set pcideSet=nothing --layout minimal': 1,
  'check --kernel patch --set pcideSet=free-low-bits-0 --layout minimal': 1,
  'check my-kernel.ts': 1,
  'compare patch my-kernel.ts --layout minimal': 1,
};

/** Commands that start a server, and have tests of their own. */
const SERVES = ['explore spec/scenarios/message.trace --kernel patch --set pcideSet=nothing'];

const folder = mkdtempSync(join(tmpdir(), 'vtlb-tour-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The files that the reader is told to write, and where they lie here. */
const written = codeIn(TOUR).filter(({ file }) => !file.includes('/'));
const files = Object.fromEntries(written.map(({ file }) => [file, join(folder, file)]));
for (const { file, code } of written) writeFileSync(files[file] as string, code);

describe('the tour', () => {
  it('shows commands and code', () => {
    expect(SHOWN.length).toBeGreaterThan(9);
    expect(codeIn(TOUR)).toHaveLength(4);
    expect([...TOUR.matchAll(/^```/gm)]).toHaveLength(8);
    expect(Object.keys(files)).toEqual(['my-kernel.ts']);
    for (const command of SERVES) expect(SHOWN.map((shown) => shown.command)).toContain(command);
  });

  const run = SHOWN.filter(({ command }) => !SERVES.includes(command));
  it.each(run.map((shown) => [shown.command, shown] as const))('vtlb %s', (_, shown) => {
    const { status, stdout, stderr } = runShown(shown, files);
    expect([status, stderr]).toEqual([EXPECTED_STATUS[shown.command] ?? 0, '']);
    expect(missingFrom(stdout.replaceAll(`${folder}/`, ''), shown)).toBeNull();
  });

  it.each(SERVES)('vtlb %s, until it is told to end', async (command) => {
    const { status, stdout, stderr } = await vtlbUntil(
      'SIGTERM',
      (stdout) => stdout.includes('\n'),
      command.split(' '),
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#kernel=patch&set=pcideSet=nothing&(?!.*&step=).*$/m);
  });

  const excerpts = codeIn(TOUR).filter(({ file }) => file.includes('/'));
  it.each(excerpts.map(({ file, code }) => [file, code]))('shows %s as it is', (file, code) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(code);
  });

  it('links to what is there', () => {
    const links = [...TOUR.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(3);
    for (const target of links) expect(existsSync(join(ROOT, 'spec', target)), target).toBe(true);
    const named = [...TOUR.matchAll(/`(spec\/[^`\s]+|test\/[^`\s]+)`/g)].map(([, path = '']) => path);
    for (const path of named) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });
});
