import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProgressLine, type ProgressOptions } from '../../../src/cli/progress.ts';

let written: string;
const { isTTY } = process.stderr;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

/** What is written while work goes on. */
function shown(onTerminal: boolean, options: ProgressOptions, interval?: number): string {
  process.stderr.isTTY = onTerminal;
  const line = new ProgressLine(options, interval);
  line.show('some');
  line.clear();
  return written;
}

it.each([
  [true, {}, '\r\u001b[Ksome\r\u001b[K'],
  [true, { json: true }, ''],
  [true, { json: true, progress: true }, '\r\u001b[Ksome\r\u001b[K'],
  [false, {}, ''],
  [false, { json: true }, ''],
  [false, { progress: true }, '0 s: some\n'],
  [false, { json: true, progress: true }, '0 s: some\n'],
] as const)('on a terminal: %s, asked for %j', (onTerminal, options, expected) => {
  expect(shown(onTerminal, options, 0)).toBe(expected);
});

it('is no longer than the terminal, where what is wrapped cannot be written over', () => {
  vi.stubEnv('COLUMNS', '40');
  process.stderr.isTTY = true;
  new ProgressLine({}, 0).search({ states: 1_000_000, transitions: 9_999_999, depth: 12, frontier: 123_456 });
  expect(written).toBe(`\r\u001b[K${'1000000 states, 123456 to expand, depth 12'.slice(0, 39)}`);
  vi.unstubAllEnvs();
});

it('is a line every half minute in a log, and none before', () => {
  expect(shown(false, { progress: true })).toBe('');
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(30_001);
  expect(shown(false, { progress: true })).toBe('30 s: some\n');
});
