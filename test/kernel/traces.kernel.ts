// SPDX-License-Identifier: GPL-2.0
import { describe } from 'vitest';
import { expectAgreement } from './support/agree.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf, VERSIONS } from './support/pair.ts';
import { readTraceFile, TRACES } from './support/trace-file.ts';

describe.each(VERSIONS)('on every trace of this folder the specification agrees with Linux %s', (linux) => {
  const kernelTest = kernelTestOn(linux);
  kernelTest.each(TRACES)('%s', async (name) => {
    const { layout, events } = readTraceFile(name);
    expectAgreement(await pairOf({ linux }, layout), events, linux);
  });
});
