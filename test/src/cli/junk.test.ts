import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

const home = mkdtempSync(join(tmpdir(), 'vtlb-junk-'));
afterAll(() => rmSync(home, { recursive: true }));

/** Bytes of a terminal's commands, words and line ends, as far as the longest trace goes. */
const JUNK = Buffer.alloc(4_000_000, 'x \u001b[2J\u0007y\r\n\u0000\u202e ');
const WORD = 'z'.repeat(4_000_000);

beforeAll(() => {
  for (const name of ['junk.trace', 'junk.ts', 'junk.mjs', 'junk.checkpoint']) {
    writeFileSync(join(home, name), JUNK);
    truncateSync(join(home, name), 50_000_000);
  }
  writeFileSync(join(home, 'short.trace'), JUNK);
  writeFileSync(join(home, 'short.ts'), JUNK.subarray(0, 500_000));
  writeFileSync(join(home, 'short.mjs'), JUNK.subarray(0, 500_000));
  writeFileSync(join(home, 'types.ts'), 'const a: number = "";\n'.repeat(20_000));
  writeFileSync(join(home, 'word.trace'), WORD);
});

/** Expects one line that a terminal shows as it stands. */
function expectLine(args: readonly string[], message: string, input = ''): void {
  const { status, stdout, stderr } = vtlb(args, input);
  expect(stderr).toMatch(/^error: [^\p{Cc}\p{Cf}]{1,2100}\n$/u);
  expect(stderr).toContain(message);
  expect([status, stdout]).toEqual([2, '']);
}

describe('of junk there is one line, without control characters', () => {
  it.each([
    [['replay', 'junk.trace'], 'junk.trace: expected a trace of at most 8 MiB'],
    [['replay', 'short.trace'], 'short.trace: line 1, column 1: expected an event (access, write-pte'],
    [['replay', 'word.trace'], `zzz...'`],
    [['conform', 'word.trace'], `zzz...'`],
    [['check', 'junk.ts'], 'junk.ts: expected a kernel of at most 1 MiB'],
    [['check', 'junk.mjs'], 'junk.mjs: expected a kernel of at most 1 MiB'],
    [['check', 'short.ts'], 'short.ts does not type-check: '],
    [['check', 'types.ts'], "types.ts:1:7: Type 'string' is not assignable to type 'number'. (and "],
    [['check', 'short.mjs'], 'short.mjs'],
    [['check', '--resume', 'junk.checkpoint'], 'junk.checkpoint: it is no checkpoint'],
  ])('%j', (args, message) => {
    expectLine(
      args.map((arg) => (/^(junk|short|word|types)/.test(arg) ? join(home, arg) : arg)),
      message,
    );
  });

  it('read from standard input', () => {
    expectLine(['replay', '-'], 'standard input: line 1, column 1: expected an event', JUNK.toString());
    expectLine(['replay', '-'], 'standard input: expected a trace of at most 8 MiB', WORD.repeat(3));
  });

  it.each([
    [['check', '--kernel', '\u001b[31mv6\n.12'], "'?[31mv6 .12' is invalid"],
    [['\u0007bell'], "unknown command '?bell'"],
    [['replay', 'no\u001b[2J.trace'], 'no?[2J.trace: cannot be read (ENOENT)'],
    [['check', '--set', '\u202epcideSet=x'], "unknown decision '?pcideSet'"],
  ])('in an argument: %j', (args, message) => expectLine(args, message));
});
