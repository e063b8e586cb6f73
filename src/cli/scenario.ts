import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { SCENARIOS, type Scenario, type ScenarioName } from '../../spec/scenarios/scenarios.ts';
import { packageRoot } from '../package-root.ts';
import type { WorldOptions } from './options.ts';

/** The names that stand for traces of `spec/scenarios`. */
export const SCENARIO_NAMES: readonly string[] = Object.keys(SCENARIOS);

/** What an argument that names a trace may be. */
export const TRACE_DOC = `trace file, one event a line; '-' reads standard input; or a scenario: ${SCENARIO_NAMES.join(', ')}`;

/** The file that an argument names: a file, or else the trace of the scenario of this name. */
export function traceFile(argument: string): string {
  return isScenario(argument) ? join(packageRoot(), 'spec', 'scenarios', `${argument}.trace`) : argument;
}

/** The options of a command with a trace: on the guest image of a scenario, unless the command line names one. */
export function onLayoutOf<T extends WorldOptions>(argument: string, options: T, command: Command): T {
  if (!isScenario(argument) || command.getOptionValueSource('layout') === 'cli') return options;
  const { layout, bounds }: Scenario = SCENARIOS[argument];
  return { ...options, layout, bound: { ...bounds, ...options.bound } };
}

/** A file of that name comes first. */
function isScenario(argument: string): argument is ScenarioName {
  if (!Object.hasOwn(SCENARIOS, argument)) return false;
  const found = statSync(argument, { throwIfNoEntry: false });
  return found === undefined || found.isDirectory();
}
