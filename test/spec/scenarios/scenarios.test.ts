import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCENARIOS, type ScenarioName } from '../../../spec/scenarios/scenarios.ts';
import { replayScenario } from '../../../src/review/scenario.ts';

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];

it('every trace in the folder is listed, and every listed one is there', () => {
  const files = readdirSync(new URL('../../../spec/scenarios', import.meta.url));
  const traces = files.flatMap((file) => (file.endsWith('.trace') ? [file.slice(0, -'.trace'.length)] : []));
  expect(traces.sort()).toEqual(NAMES.toSorted());
});

describe.each(NAMES)('%s', (name) => {
  it('reads on its layout, without a #GP, and is not stale in v6.12', () => {
    const { replay, events } = replayScenario(name, { kernel: 'v6.12' });
    expect(events).not.toEqual([]);
    expect(replay.steps.map(({ outcome }) => outcome)).not.toContain('#GP');
    expect(replay.verdict).toBe('clean');
  });
});
