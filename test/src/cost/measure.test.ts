import { describe, expect, it } from 'vitest';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { noWork, WORK_NAMES, type Work } from '../../../spec/state/work.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import { measure, worldFor } from '../../../src/cost/measure.ts';
import type { Workload } from '../../../src/cost/workload.ts';
import { TELLING_KERNELS, WORKLOADS } from '../../../src/cost/workloads.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { pinsBeside } from '../../pins.ts';

const check = pinsBeside(import.meta.url);

/** The same by the spec's recipes, every event run, whole steps. */
function measureBySpec(kernel: KernelName, workload: Workload, events: number): Work {
  const world = worldFor(KERNELS[kernel], workload);
  const machine = initialMachine(world);
  takeAll(world, machine, [...workload.setup, ...workload.turn]);
  const lines = Array.from({ length: events }, (_, i) => workload.turn[i % workload.turn.length] as string);
  return takeAll(world, machine, lines);
}

function takeAll(world: World, machine: Machine, lines: readonly string[]): Work {
  const total = noWork();
  for (const { event } of parseTrace(lines.join('\n'), world.layout)) {
    expect(step(world, machine, event).outcome).toBe('ok');
    for (const name of WORK_NAMES) total[name] += machine.work[name];
  }
  return total;
}

const inWords = (work: Work) => WORK_NAMES.map((name) => `${name} ${work[name]}`).join(', ');

const DEEP_STORE: Workload = {
  name: 'flood',
  series: 'flood',
  doc: 'a turn that leads from one flood count to the next, so that turns differ',
  layout: LAYOUTS.deep,
  bounds: {},
  setup: ['access u0'],
  turn: ['write-dir a:user b.u'],
};

describe('a workload costs what the spec says, event for event', () => {
  it.each(WORKLOADS.map((workload) => [workload.name, workload] as const))('%s', (_, workload) => {
    const events = Math.min(2 * workload.turn.length + 5, 400);
    for (const kernel of ['v5.12', 'v5.14', 'v6.12', 'naive'] as const) {
      expect(measure(KERNELS[kernel], workload, events)).toEqual(measureBySpec(kernel, workload, events));
    }
  });

  it('where turns differ too', () => {
    for (const events of [1, 2, 3, 4, 9]) {
      expect(measure(KERNELS.patch, DEEP_STORE, events)).toEqual(measureBySpec('patch', DEEP_STORE, events));
    }
  });
});

it('a thousand events of each workload', () => {
  for (const workload of WORKLOADS) {
    for (const kernel of TELLING_KERNELS) {
      check(`${workload.name}, ${kernel}`, inWords(measure(KERNELS[kernel], workload, 1000)));
    }
  }
});

describe('switches without PCIDs', () => {
  const loads = (kernel: KernelName, processes: number) =>
    measure(
      KERNELS[kernel],
      WORKLOADS.find(({ name }) => name === `switch-${processes}`) as Workload,
      1_000_000,
    ).rootLoads;

  it.each([2, 3, 4])(
    '21823fbda552 loads a root at each switch, the patch none: %i processes',
    (processes) => {
      expect(loads('v5.13', processes)).toBe(0);
      expect(loads('v5.14', processes)).toBe(1_000_000);
      expect(loads('patch-base', processes)).toBe(1_000_000);
      expect(loads('patch', processes)).toBe(0);
      expect(loads('v6.12', processes)).toBe(0);
    },
  );

  it.each([5, 8])('%i processes are more than KVM caches', (processes) => {
    for (const kernel of TELLING_KERNELS) expect(loads(kernel, processes)).toBe(1_000_000);
  });
});

it('a workload with an event that faults is none', () => {
  const faults = { ...DEEP_STORE, turn: ['mov-cr3 a noflush'] };
  expect(() => measure(KERNELS.patch, faults, 1)).toThrow('a workload with an event that faults');
});

it('names are distinct', () => {
  expect(new Set(WORKLOADS.map(({ name }) => name)).size).toBe(WORKLOADS.length);
});

it('every workload runs on the image that it describes', () => {
  for (const { layout, bounds } of WORKLOADS) expect(() => buildLayout(layout, bounds)).not.toThrow();
});
