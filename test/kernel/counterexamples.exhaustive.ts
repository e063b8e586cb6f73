// SPDX-License-Identifier: GPL-2.0
import { describe, expect, test } from 'vitest';
import type { Event } from '../../spec/events/event.ts';
import { LAYOUTS as DEFINITIONS, type LayoutName } from '../../spec/layouts/named.ts';
import { type CheckJob, runJob } from '../../src/check/job.ts';
import { defaultLimits, makeLimits } from '../../src/checker/limits.ts';
import { expectAgreement } from './support/agree.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { type Configuration, configurations } from './support/mutants.ts';
import { pairOf, VERSIONS } from './support/pair.ts';
import { layoutOf } from './support/settings.ts';

/** States to look at before a configuration is taken to have no short counterexample. */
const MAX_STATES = 3_000;

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
    const job: CheckJob = {
      kernel,
      contract,
      layout: DEFINITIONS[name],
      bounds: {},
      tlbs: 'apart',
      flushesOrdered: false,
    };
    const limits = makeLimits({ ...defaultLimits(), maxStates: MAX_STATES }, new AbortController().signal);
    return runJob(job, { limits });
  }
});
