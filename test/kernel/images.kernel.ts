// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import type { Event } from '../../spec/events/event.ts';
import { everyEvent } from '../../src/conform/every-event.ts';
import { loadKernel } from '../../src/conform/harness.ts';
import { KernelMachine, KernelPanic } from '../../src/conform/kernel-machine.ts';
import { parseTrace } from '../../src/trace/parse.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { VERSIONS } from './support/pair.ts';
import { random } from './support/random.ts';
import { layoutOf, SETTINGS } from './support/settings.ts';

describe.each(VERSIONS)('a saved image of Linux %s', (linux) => {
  const kernelTest = kernelTestOn(linux);
  kernelTest.each(SETTINGS)('holds everything that an event changes: $layout $bounds', async (setting) => {
    const layout = layoutOf(setting);
    const machine = new KernelMachine(await loadKernel(linux), layout);
    const choices = everyEvent(layout);
    const pick = random(1);
    const trace = (length: number) => Array.from({ length }, () => choices[pick(choices.length)] as Event);
    for (let i = 0; i < 20; i++) {
      const [before, after, other] = [trace(30), trace(30), trace(30)];
      machine.reset();
      for (const event of before) machine.apply(event);
      const image = machine.save();
      const first = after.map((event) => machine.apply(event));
      for (const event of other) machine.apply(event);
      machine.restore(image);
      expect(after.map((event) => machine.apply(event))).toEqual(first);
      const fresh = new KernelMachine(await loadKernel(linux), layout);
      for (const event of before) fresh.apply(event);
      expect(after.map((event) => fresh.apply(event))).toEqual(first);
    }
  });

  kernelTest('a panic names the file, and a reset gives a machine that works', async () => {
    const layout = layoutOf({ layout: 'minimal', bounds: {} });
    const machine = new KernelMachine(await loadKernel(linux), layout);
    const [read, load, store] = parseTrace('access u0\nmov-cr3 a\nwrite-pte a:u0 f1', layout).map(
      ({ event }) => event,
    );
    const first = machine.apply(read as Event);
    // No frame: one of the driver's own tables.
    const events = [{ ...store, frame: 'f40' }, load, read] as Event[];
    expect(() => events.map((event) => machine.apply(event))).toThrow(KernelPanic);
    expect(() => machine.reset()).not.toThrow();
    expect(machine.apply(read as Event)).toEqual(first);
  });
});
