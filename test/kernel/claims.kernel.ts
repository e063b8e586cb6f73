// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import { defineKernel } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import { SCENARIOS, type ScenarioName } from '../../spec/scenarios/scenarios.ts';
import { loadKernel } from '../../src/conform/harness.ts';
import { KernelMachine } from '../../src/conform/kernel-machine.ts';
import { replay } from '../../src/replay/replay.ts';
import { readScenario } from '../../src/review/scenario.ts';
import { parseTrace } from '../../src/trace/parse.ts';
import { expectAgreement } from './support/agree.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf } from './support/pair.ts';
import { layoutOf } from './support/settings.ts';
import { VARIANTS } from './support/variants.ts';

const kernelTest = kernelTestOn('6.12');

const linux = '6.12';
const minimal = layoutOf({ layout: 'minimal', bounds: {} });

/** What the guest reads last, on the kernel's code or a changed text of it. */
async function lastRead(
  text: string,
  variant: string | null,
  layout = minimal,
): Promise<string | null | undefined> {
  const machine = new KernelMachine(await loadKernel(linux, variant), layout);
  const events = parseTrace(text, layout).map(({ event }) => event);
  return events.map((event) => machine.apply(event).read).at(-1);
}

const scenario = (name: ScenarioName) => lastRead(readScenario(name), null, layoutOf(SCENARIOS[name]));

describe("claims of the review, decided by the kernel's own code", () => {
  kernelTest(
    '8: without the unload on PCIDE 0->1 the sequence of the message reads a stale frame',
    async () => {
      expect(await lastRead(readScenario('message'), 'keep-roots-on-pcide')).toBe('f1');
      expect(await lastRead(readScenario('message'), null)).toBe('f2');
    },
  );

  kernelTest('8: freeing by a request at the next entry, as the patch did, serves as well', async () => {
    expect(await lastRead(readScenario('message'), 'v5.16-post-set-cr4')).toBe('f2');
  });

  kernelTest(
    '3: with the flush of 21823fbda552 in place, a flushing MOV CR3 in its stead is not stale either',
    async () => {
      expect(await scenario('message-mov-cr3')).toBe('f2');
    },
  );

  kernelTest(
    '14: with the early return before the sync of the current root, a flush leaves it stale',
    async () => {
      const trace = 'access u0\nwrite-pte a:u0 f2\nmov-cr3 a\naccess u0\n';
      expect(await lastRead(trace, 'early-return-first')).toBe('f1');
      expect(await lastRead(trace, null)).toBe('f2');
    },
  );

  kernelTest('4, 5: cached roots are used again with PCIDE=0, and were not before the patch', async () => {
    const cached = async (variant: string | null) => {
      const machine = new KernelMachine(await loadKernel(linux, variant), minimal);
      const [event] = parseTrace('mov-cr3 b', minimal);
      return machine.apply((event as { event: Event }).event).vcpus[0]?.prevRoots;
    };
    expect(await cached(null)).toEqual(['a|0', null, null]);
    expect(await cached('no-early-return')).toEqual([null, null, null]);
  });

  kernelTest('7: a stale cached root is synced before it is used with PCIDE=0', async () => {
    const trace = 'mov-cr3 b\naccess u0\nmov-cr3 a\nwrite-pte b:u0 f2\nmov-cr3 b\naccess u0\n';
    expect(await lastRead(trace, null)).toBe('f2');
  });

  kernelTest(
    'INVLPG must look at every root: with the current one only, a cached root stays stale',
    async () => {
      const trace = [
        ...['mov-cr4 pcide=1', 'mov-cr3 b pcid=1', 'access u0', 'mov-cr3 a', 'write-pte b:u0 f2'],
        ...['invlpg u0', 'mov-cr3 b pcid=1 noflush', 'access u0'],
      ].join('\n');
      expect(await lastRead(trace, 'invlpg-current-root')).toBe('f1');
      expect(await lastRead(trace, null)).toBe('f2');
    },
  );

  kernelTest('a flush of everything must let go of unsync cached roots', async () => {
    const trace = [
      ...['mov-cr4 pcide=1', 'mov-cr3 b pcid=1', 'access u0', 'mov-cr3 a', 'write-pte b:u0 f2'],
      ...['invpcid all', 'mov-cr3 b pcid=1 noflush', 'access u0'],
    ].join('\n');
    expect(await lastRead(trace, 'keep-unsync-prev-roots')).toBe('f1');
    expect(await lastRead(trace, null)).toBe('f2');
  });
});

/** The scenarios that are not clean on a changed text. */
const STALE: Readonly<Record<string, readonly string[]>> = {
  'keep-roots-on-pcide': ['message: stale', 'message-mov-cr3: stale', 'pwt-alias: stale'],
  'early-return-first': [
    ...['message: stale', 'message-mov-cr3: stale', 'pwt-alias: broken', 'cached-root-hit-no-pcid: stale'],
    ...['prev-roots-outside: stale', 'same-cr3-flush: stale'],
  ],
};

describe('the verdict of a scenario carries over to the changed text that a record describes', () => {
  const described = VARIANTS.flatMap(({ name, record }) => (record === null ? [] : [{ name, record }]));
  kernelTest.each(described)('$name', async ({ name, record }) => {
    const kernel = defineKernel(record);
    const verdicts: string[] = [];
    for (const [scenarioName, setting] of Object.entries(SCENARIOS)) {
      const pair = await pairOf({ linux, variant: name, record: kernel }, layoutOf(setting));
      const { world } = pair.spec;
      const events = parseTrace(readScenario(scenarioName as ScenarioName), world.layout).map(
        ({ event }) => event,
      );
      expectAgreement(pair, events, `${linux} (${name})`);
      const { verdict } = replay(world, events);
      if (verdict !== 'clean') verdicts.push(`${scenarioName}: ${verdict}`);
    }
    expect(verdicts).toEqual(STALE[name] ?? []);
  });
});
