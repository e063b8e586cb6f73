// SPDX-License-Identifier: GPL-2.0
import { describe, expect, test } from 'vitest';
import type { Event } from '../../spec/events/event.ts';
import type { LayoutName } from '../../spec/layouts/named.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import { inPlaceEngine } from '../../src/engine/in-place.ts';
import { search } from '../../src/search/search.ts';
import { expectAgreement } from './support/agree.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { type Configuration, configurations } from './support/mutants.ts';
import { pairOf, VERSIONS } from './support/pair.ts';
import { layoutOf } from './support/settings.ts';

/** States to look at before a configuration is taken to have no short counterexample. */
const MAX_STATES = 10_000;

/** Configurations that must have one; there may be more. */
const VIOLATED = ['v5.12', 'v5.13', 'v6.12, pcideSet=nothing', 'v6.12, contract sdm'];

const LAYOUTS: readonly LayoutName[] = ['minimal', 'shared'];

describe.each(LAYOUTS)('traces that searches found on layout %s', (name) => {
  const layout = layoutOf({ layout: name, bounds: {} });
  const traces: (readonly Event[])[] = [];

  test('some are counterexamples', async () => {
    const violated: string[] = [];
    for (const configuration of configurations()) {
      const { violations, witnesses } = await searchFor(configuration);
      if (violations.length > 0) violated.push(configuration.name);
      traces.push(...violations.map(({ trace }) => trace), ...witnesses.values());
    }
    for (const configuration of VIOLATED) expect(violated).toContain(configuration);
  });

  for (const linux of VERSIONS) {
    kernelTestOn(linux)(`on each the specification agrees with Linux ${linux}`, async () => {
      const pair = await pairOf({ linux }, layout);
      for (const trace of traces) expectAgreement(pair, trace, linux);
    });
  }

  function searchFor({ kernel, contract }: Configuration) {
    const limits = { maxStates: MAX_STATES, reached: async () => null };
    const world = { layout, kernel, contract };
    return search({ world, engine: inPlaceEngine, always: ALWAYS, sometimes: SOMETIMES, limits });
  }
});
