import { describe, expect, it } from 'vitest';
import { exportTrace } from '../../../src/export/formats.ts';
import { vtlb } from '../../run-vtlb.ts';
import { ALL_RUNS, scenarioRun } from './runs.ts';

const NAMES = ['memory', 'shadow', 'writable', 'vcpus'];

describe('a trace as JSON lines', () => {
  it.each(ALL_RUNS)('has a header, the start, each step and the end of $name', ({ run }) => {
    const text = exportTrace('jsonl', run);
    expect(text.endsWith('}\n')).toBe(true);
    const [header, start, ...rest] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const end = rest.pop();
    expect(header).toEqual({
      record: 'header',
      format: 'vtlb-trace',
      version: 2,
      kernel: run.kernel,
      set: run.set,
      contract: 'kvm',
      layout: run.layout,
      bounds: run.world.layout.bounds,
    });
    expect(Object.keys(start)).toEqual(['record', 'state']);
    expect([start.record, Object.keys(start.state)]).toEqual(['start', NAMES]);
    expect({ ...start.state, work: run.replay.start.work }).toEqual(run.replay.start);
    expect(rest.length).toBe(run.replay.steps.length);
    for (const [i, { record, step, state, work }] of rest.entries()) {
      expect([record, step, Object.keys(state)]).toEqual(['step', i + 1, NAMES]);
      expect({ ...state, work }).toEqual(run.replay.steps[i]?.after);
    }
    expect(end).toEqual({ record: 'end', verdict: run.replay.verdict });
  });

  it('says of a step what vtlb replay --json says of it', () => {
    const file = 'spec/scenarios/message-mov-cr3.trace';
    const { steps } = JSON.parse(vtlb(['replay', file, '--kernel', 'v5.13', '--json']).stdout);
    const run = scenarioRun('message-mov-cr3', { kernel: 'v5.13' });
    const records = exportTrace('jsonl', run)
      .split('\n')
      .filter((line) => line.startsWith('{"record":"step"'));
    const said = records.map((line) => {
      const { record: _record, step: _step, work: _work, state: _state, ...rest } = JSON.parse(line);
      return rest;
    });
    expect(said).toEqual(steps);
  });
});
