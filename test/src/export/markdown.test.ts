import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportTrace } from '../../../src/export/formats.ts';
import { runTrace } from '../../../src/export/trace-run.ts';
import { explainStale } from '../../../src/report/explain.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { vtlb } from '../../run-vtlb.ts';
import { ALL_RUNS, scenarioRun } from './runs.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'vtlb-markdown-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

describe('a trace as a report in Markdown', () => {
  it.each(ALL_RUNS)(
    'has the verdict, every event and the explanation of $name, within 100 columns',
    ({ run }) => {
      const text = exportTrace('markdown', run);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(100);
      expect(text.startsWith(`# ${run.replay.verdict.toUpperCase()}: `)).toBe(true);
      for (const { event } of run.replay.steps) expect(text).toContain(formatEvent(event));
      const explanation = explainStale(run.world, run.replay);
      if (explanation !== null) expect(oneLine(text)).toContain(oneLine(explanation));
      expect(text.includes('## What is wrong')).toBe(run.replay.verdict !== 'clean');
    },
  );

  it('says what is stale, since when and until when', () => {
    const text = exportTrace('markdown', scenarioRun('message-mov-cr3', { kernel: 'v5.13' }));
    expect(text).toContain('- kernel v5.13\n- contract kvm: ');
    expect(text).toContain(
      '\n- cpu 0: root (b|0) still maps u0 to f1: stale since step 7 (mov-cr4 pcide=1), and at the end.\n',
    );
    const healed = runTrace(
      { kernel: 'v5.13' },
      'access u0\nwrite-pte a:u0 f2\nwrite-pte b:u0 f2\nmov-cr3 b\nmov-cr4 pcide=1\nmov-cr3 a',
    );
    expect(oneLine(exportTrace('markdown', healed))).toContain(
      'still maps u0 to f1: stale since step 5 (mov-cr4 pcide=1) to step 5.',
    );
  });

  it('keeps within 100 columns with the longest of everything', () => {
    const run = runTrace(
      {
        layout: 'kernel',
        bounds: { vcpus: 2, spaces: 3 },
        set: { pcideSet: 'nothing', pgeToggle: 'nothing' },
      },
      [
        'cpu 1: mov-cr4 pcide=1 pge=1 smep=1',
        'cpu 1: invpcid address pcid=4095 u0',
        'cpu 1: mov-cr3 b pcid=4095',
        'cpu 1: mov-cr3 c pcid=4094',
        'cpu 1: mov-cr3 a pcid=4093',
        'cpu 1: mov-cr3 c pcid=4092',
      ].join('\n'),
    );
    const text = exportTrace('markdown', run);
    expect(text).toContain('c|4092  a|4093 c|4094 b|4095');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(100);
  });

  it('has a command that shows the trace again', () => {
    const run = scenarioRun('cached-pcid', {
      kernel: 'v5.13',
      set: { pcideSet: 'reload' },
      bounds: { spaces: 3 },
    });
    const text = exportTrace('markdown', run);
    const script = /```sh\n([\s\S]*?)```/.exec(text)?.[1] as string;
    const kept = join(FOLDER, 'trace');
    writeFileSync(join(FOLDER, 'npx'), `#!/bin/sh\nshift 2\ncat >${kept}\nprintf '%s\\n' "$@"\n`, {
      mode: 0o755,
    });
    const typed = spawnSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${FOLDER}:${process.env.PATH}` },
    });
    const args = typed.stdout.trimEnd().split('\n');
    const trace = spawnSync('cat', [kept], { encoding: 'utf8' }).stdout;
    const replayed = JSON.parse(vtlb(['replay', ...args, '--json'], trace).stdout);
    expect(replayed.verdict).toBe(run.replay.verdict);
    expect(replayed).toMatchObject({
      kernel: 'v5.13',
      set: { pcideSet: 'reload' },
      contract: 'kvm',
      layout: 'minimal',
    });
    expect(replayed.steps.map(({ event }: { event: string }) => event)).toEqual(
      run.replay.steps.map(({ event }) => formatEvent(event)),
    );
  });
});
