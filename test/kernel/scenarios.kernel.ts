// SPDX-License-Identifier: GPL-2.0
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SCENARIOS, type ScenarioName } from '../../spec/scenarios/scenarios.ts';
import { packageRoot } from '../../src/package-root.ts';
import { readScenario } from '../../src/review/scenario.ts';
import { parseTrace } from '../../src/trace/parse.ts';
import { expectAgreement } from './support/agree.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf, VERSIONS } from './support/pair.ts';
import { layoutOf } from './support/settings.ts';

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];

test('every trace of the folder is a scenario', () => {
  const files = readdirSync(join(packageRoot(), 'spec', 'scenarios')).filter((file) =>
    file.endsWith('.trace'),
  );
  expect(files.sort()).toEqual(NAMES.map((name) => `${name}.trace`).sort());
});

describe.each(VERSIONS)('on every scenario the specification agrees with Linux %s', (linux) => {
  const kernelTest = kernelTestOn(linux);
  kernelTest.each(NAMES)('%s', async (name) => {
    const layout = layoutOf(SCENARIOS[name]);
    const events = parseTrace(readScenario(name), layout).map(({ event }) => event);
    expectAgreement(await pairOf({ linux }, layout), events, linux);
  });
});
