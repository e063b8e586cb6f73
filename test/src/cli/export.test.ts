import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { EXPORT_FORMATS, type ExportFormat, exportTrace } from '../../../src/index.ts';
import { vtlb } from '../../run-vtlb.ts';
import { scenarioRun } from '../export/runs.ts';

const FORMATS = Object.keys(EXPORT_FORMATS) as ExportFormat[];
const TRACE = 'spec/scenarios/message-mov-cr3.trace';
const FOLDER = mkdtempSync(join(tmpdir(), 'vtlb-export-'));
const OUT = join(FOLDER, 'out');
beforeEach(() => writeFileSync(OUT, 'as it was'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const filesLeft = () => readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]);

describe('vtlb export', () => {
  it.each(FORMATS)(
    '--to %s writes what the library does, and ends with 0 though the trace is stale',
    (format) => {
      const text = exportTrace(format, scenarioRun('message-mov-cr3', { kernel: 'v5.13' }));
      const args = ['export', TRACE, '--kernel', 'v5.13', '--to', format];
      expect(vtlb(args)).toEqual({ status: 0, stdout: text, stderr: '' });
    },
  );

  it('takes standard input, and the world as replay does', () => {
    const world = [
      '--kernel',
      'patch',
      '--set',
      'pcideSet=nothing',
      '--contract',
      'sdm',
      '--layout',
      'kernel',
      '--bound',
      'spaces=3',
    ];
    const { status, stdout } = vtlb(['export', '-', '--to', 'jsonl', ...world], '\naccess k0\nmov-cr3 c\n');
    const [header, , first] = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({
      kernel: 'patch',
      set: { pcideSet: 'nothing' },
      contract: 'sdm',
      layout: 'kernel',
      bounds: { spaces: 3, kernelPages: 1 },
    });
    expect(first).toMatchObject({ line: 2, event: 'access k0' });
    expect(status).toBe(0);
  });

  it('warns on standard error of a test that shows nothing', () => {
    const { status, stderr } = vtlb(['export', '-', '--to', 'kvm-unit-tests'], 'access u0\nmov-cr3 b\n');
    expect(stderr).toBe(
      "warning: the trace ends with 'mov-cr3 b' in line 2, and no access behind it: its test shows nothing of what that leads to\n",
    );
    expect(status).toBe(0);
  });

  it('--out writes a file and nothing else', () => {
    const { stdout } = vtlb(['export', TRACE, '--to', 'markdown']);
    const written = vtlb(['export', TRACE, '--to', 'markdown', '--out', OUT]);
    expect(written).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(filesLeft()).toEqual([['out', stdout]]);
  });

  it('--json gives one value, {format, text}, there or in the file', () => {
    const { stdout: text } = vtlb(['export', TRACE, '--to', 'mermaid']);
    const { stdout } = vtlb(['export', TRACE, '--to', 'mermaid', '--json']);
    expect(JSON.parse(stdout)).toEqual({ format: 'mermaid', text });
    vtlb(['export', TRACE, '--to', 'mermaid', '--json', '--out', OUT]);
    expect(filesLeft()).toEqual([['out', stdout]]);
  });

  it('knows a kernel from a file', () => {
    const file = 'test/examples/invlpg-active-pcid.ts';
    const { status, stdout } = vtlb(['export', TRACE, '--kernel', file, '--to', 'markdown']);
    expect([status, stdout.includes(`- kernel ${file} with its own invlpg`)]).toEqual([0, true]);
    const importing = vtlb(['export', TRACE, '--kernel', file, '--to', 'vitest']);
    expect([importing.status, importing.stdout.includes(`import kernel from './${file}';`)]).toEqual([
      0,
      true,
    ]);
  });

  it('says in --help which formats there are, and what the exit code means', () => {
    const { stdout } = vtlb(['export', '--help']);
    for (const format of FORMATS) expect(stdout).toMatch(new RegExp(`^ {2}${format} {2,}\\S`, 'm'));
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'An export that was written ends with code 0, whatever the trace does',
    );
  });
});

describe('vtlb export ends with code 2, and leaves the file as it was', () => {
  const NAMES = FORMATS.join(', ');

  it.each([
    [['--to', 'pdf'], `expected one of ${NAMES}`, undefined],
    [[], `error: missing option '--to <format>': expected one of ${NAMES}`, undefined],
    [['--to', 'itf', '--layout', 'huge'], 'Allowed choices are minimal', undefined],
    [
      ['--to', 'itf'],
      "standard input: line 2, column 9: expected a space (a, b), found 'd'",
      'access u0\nmov-cr3 d\n',
    ],
    [
      ['--to', 'kvm-unit-tests'],
      "error: standard input: line 3: 'host zap-all' cannot be part of a kvm-unit-tests test: the host does it",
      'access u0\n\nhost zap-all\n',
    ],
  ])('%j', (options, message, input = 'access u0\n') => {
    const { status, stdout, stderr } = vtlb(['export', '-', '--out', OUT, ...options], input);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
    expect(filesLeft()).toEqual([['out', 'as it was']]);
  });

  it('where the file cannot be written', () => {
    const nowhere = join(FOLDER, 'none', 'out');
    const { status, stdout, stderr } = vtlb(['export', TRACE, '--to', 'itf', '--out', nowhere]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: cannot write ${nowhere}: ENOENT`);
  });
});
