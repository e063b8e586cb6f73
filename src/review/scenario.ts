import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject } from '../../spec/claims/claim.ts';
import { CONTRACTS } from '../../spec/contracts/named.ts';
import { defineKernel } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { SCENARIOS, type ScenarioName } from '../../spec/scenarios/scenarios.ts';
import { packageRoot } from '../package-root.ts';
import { type Replay, replay } from '../replay/replay.ts';
import { parseTrace } from '../trace/parse.ts';

/** The text of a scenario. */
export function readScenario(name: ScenarioName): string {
  return readFileSync(join(packageRoot(), 'spec', 'scenarios', `${name}.trace`), 'utf8');
}

/** Replays a scenario on its layout, under contract `kvm`. */
export function replayScenario(
  name: ScenarioName,
  { kernel, set }: Subject,
): { replay: Replay; events: Event[] } {
  const scenario = SCENARIOS[name];
  const layout = buildLayout(LAYOUTS[scenario.layout], scenario.bounds);
  const events = parseTrace(readScenario(name), layout).map(({ event }) => event);
  const world = { layout, kernel: defineKernel({ base: kernel, ...set }), contract: CONTRACTS.kvm };
  return { replay: replay(world, events), events };
}
