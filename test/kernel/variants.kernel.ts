// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import { defineKernel } from '../../spec/define/kernel.ts';
import { variantNames } from '../../src/conform/harness.ts';
import { formatEvent } from '../../src/trace/print.ts';
import { formatFound } from './support/agree.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf } from './support/pair.ts';
import { layoutOf, SETTINGS, settingName } from './support/settings.ts';
import { VARIANTS } from './support/variants.ts';
import { type Found, walk } from './support/walk.ts';

const kernelTest = kernelTestOn('6.12');

const linux = '6.12';
/** Differences that are shrunk before the shortest is taken. */
const ATTEMPTS = 12;

kernelTest('every variant is tested', async () => {
  expect([...(await variantNames())].sort()).toEqual(VARIANTS.map(({ name }) => name).sort());
});

describe.each(VARIANTS)('variant $name of Linux 6.12', ({ name, record }) => {
  kernelTest('differs from the record v6.12', async () => {
    const pair = await pairOf({ linux, variant: name }, layoutOf({ layout: 'kernel', bounds: {} }));
    const found: Found[] = [];
    for (let seed = 1; seed <= ATTEMPTS; seed++) {
      const end = walk(pair, { seed, events: 20_000, length: 50 });
      if (typeof end !== 'number') found.push(end);
    }
    const [shortest] = found.sort((one, other) => one.trace.length - other.trace.length);
    if (shortest === undefined) throw new Error('no difference');
    console.log(`${name}: ${formatFound(shortest, `${linux} (${name})`)}`);
    expect(shortest.trace.map(formatEvent).length).toBeLessThanOrEqual(8);
  });

  if (record === null) return;
  kernelTest.each(SETTINGS.map((setting, seed) => ({ title: settingName(setting), setting, seed })))(
    'agrees with the record that describes it: $title',
    async ({ setting, seed }) => {
      const pair = await pairOf({ linux, variant: name, record: defineKernel(record) }, layoutOf(setting));
      const end = walk(pair, { seed: seed + 1, events: 5_000, length: 100 });
      if (typeof end !== 'number') throw new Error(formatFound(end, `${linux} (${name})`));
    },
  );
});
