import { readFileSync } from 'node:fs';
import { BUGS } from '../../../spec/bugs/bugs.ts';
import { SCENARIOS, type ScenarioName } from '../../../spec/scenarios/scenarios.ts';
import { runTrace, type TraceRun, type TraceSetting } from '../../../src/export/trace-run.ts';

const SPEC = new URL('../../../spec/', import.meta.url);

/** A trace of the repository, carried out. */
export interface NamedRun {
  readonly name: string;
  readonly run: TraceRun;
}

/** A scenario on a kernel, v6.12 unless said otherwise. */
export function scenarioRun(name: ScenarioName, setting: TraceSetting = {}): TraceRun {
  const { layout, bounds } = SCENARIOS[name];
  const text = readFileSync(new URL(`scenarios/${name}.trace`, SPEC), 'utf8');
  return runTrace({ layout, bounds, ...setting }, text);
}

/** Every scenario, on v6.12 and on v5.13, where some are stale. */
const SCENARIO_RUNS: readonly NamedRun[] = (Object.keys(SCENARIOS) as ScenarioName[]).flatMap((name) =>
  (['v6.12', 'v5.13'] as const).map((kernel) => ({
    name: `${name} on ${kernel}`,
    run: scenarioRun(name, { kernel }),
  })),
);

/** Every trace of the bug corpus, on the kernel that has the bug. */
const BUG_RUNS: readonly NamedRun[] = BUGS.flatMap(({ reproductions }) => reproductions).map(
  ({ trace, layout, bounds, before: { kernel, set = {} } }) => ({
    name: `bug ${trace}`,
    run: runTrace(
      { kernel, set, layout, bounds },
      readFileSync(new URL(`bugs/traces/${trace}.trace`, SPEC), 'utf8'),
    ),
  }),
);

export const ALL_RUNS: readonly NamedRun[] = [...SCENARIO_RUNS, ...BUG_RUNS];
