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

it('is a line every half minute in a log, and none before', () => {
  expect(shown(false, { progress: true })).toBe('');
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(30_001);
  expect(shown(false, { progress: true })).toBe('30 s: some\n');
});
