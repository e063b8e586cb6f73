import { describe, expect, it, vi } from 'vitest';
import { movCr3 } from '../../../spec/reducers/mov-cr3.ts';
import { writePte } from '../../../spec/reducers/write-pte.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Where } from '../../../spec/schema/sorts.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { Here, Overrides, World } from '../../../spec/world/world.ts';
import { memoMachine, modelOf } from '../../../src/engine/memo/model.ts';
import { toItf } from '../../../src/export/itf.ts';
import { carryOut } from '../../../src/export/trace-run.ts';
import { changesBetween } from '../../../src/picture/changes.ts';
import { drawMachine } from '../../../src/picture/draw.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { compareAll } from './memo/breadth-first.ts';
import { type Scope, worldOf } from './scopes.ts';
import { compareSymmetry } from './symmetry/compare-symmetry.ts';

/** A line that is added to the schema: of which pages a vCPU may still have a writable translation. */
vi.mock('../../../spec/schema/schema.ts', async (original) => {
  const schema = await original<typeof import('../../../spec/schema/schema.ts')>();
  const { each, field, parts } = await import('../../../spec/schema/sorts.ts');
  const { mmu } = schema.KVM_VCPU;
  const touched = field('page flags', 'touched', {
    turns: ['is touched', 'is touched no more'],
    changes: ({ isStored }: Where) => isStored,
  });
  const kvm = { ...schema.KVM_VCPU, mmu: parts({ ...mmu.of, touched }) };
  const { tlbs } = schema.MACHINE.vcpus.of;
  return {
    ...schema,
    KVM_VCPU: kvm,
    MACHINE: { ...schema.MACHINE, vcpus: each('by vcpu', { ...kvm, tlbs }) },
  };
});

/** The field at the start, as the types would ask for it. */
vi.mock('../../../spec/step/initial.ts', async (original) => {
  const initial = await original<typeof import('../../../spec/step/initial.ts')>();
  return {
    initialMachine: (world: World) => {
      const machine = initial.initialMachine(world);
      for (const { mmu } of machine.vcpus)
        Object.assign(mmu, { touched: Object.fromEntries(Object.keys(world.layout.memory).map(none)) });
      return machine;
    },
  };
});

const none = (page: string) => [page, false] as const;

interface WithField {
  touched: Record<string, boolean>;
}

const ofMachine = ({ vcpus: [vcpu] }: Machine) => (vcpu as unknown as { mmu: WithField }).mmu.touched;

/** A store sets it on its vCPU, and a load of CR3 clears it there. */
const reducers: Overrides = {
  'write-pte': {
    ...writePte,
    kvm: (here: Here, event: Parameters<typeof writePte.kvm>[1]) => {
      writePte.kvm(here, event);
      const home = here.world.layout.homes[`${event.space}:${event.page}`];
      (here.vcpu as unknown as WithField).touched[home?.page as string] = true;
    },
  },
  'mov-cr3': {
    ...movCr3,
    kvm: (here: Here, event: Parameters<typeof movCr3.kvm>[1]) => {
      movCr3.kvm(here, event);
      const { mmu } = here.vcpu as unknown as { mmu: WithField };
      mmu.touched = Object.fromEntries(Object.keys(mmu.touched).map(none));
    },
  },
};

function worldWith(scope: Scope, isKept = true): World {
  const world = worldOf(scope);
  return isKept ? { ...world, kernel: { ...world.kernel, reducers } } : world;
}

const SMALL: Scope = { layout: 'minimal', kernel: 'v6.12', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 } };
const TWO: Scope = { layout: 'smp', kernel: 'v6.12', bounds: { pcids: 1, cachedRoots: 0 } };

describe('a field that is added to the schema', () => {
  it('is of the state: recipes, rows and machines agree on it, and there are more of them', () => {
    const without = compareAll(worldWith(SMALL, false));
    const compared = compareAll(worldWith(SMALL), 3 * without.states);
    expect([without.difference, compared.difference]).toEqual([null, null]);
    expect(compared.states).toBeGreaterThan(without.states);
  });

  it.each(['whole', 'apart'] as const)('is renamed with the pages that it is of, TLBs %s', (tlbs) => {
    const world = worldWith(TWO);
    const memo = memoMachine(world, tlbs);
    const { rows, facts, stepper } = memo;
    const model = modelOf(memo, '');
    const fill = (buffer: Int32Array) => facts && stepper.fills.fill(buffer, 0);
    const { difference, order } = compareSymmetry({ world, model, rows, facts, fill }, 150);
    expect([difference, order]).toEqual([null, 8]);
  });

  it('is copied', () => {
    const machine = initialMachine(worldWith(SMALL));
    const copy = copyMachine(machine);
    expect(ofMachine(copy)).toEqual(ofMachine(machine));
    ofMachine(machine)['a.u'] = true;
    expect(ofMachine(copy)['a.u']).toBe(false);
  });

  it('is told of, drawn and exported', () => {
    const world = worldWith(TWO);
    const names = {
      kernel: 'a.ts',
      base: 'v6.12',
      set: {},
      overridden: [],
      architecture: [],
      contract: 'kvm',
    } as const;
    const trace = parseTrace('cpu 1: write-pte a:u0 f2\ncpu 1: mov-cr3 b', world.layout);
    const run = carryOut({ ...names, layout: 'smp', bounds: {} }, world, trace);
    const [stored, loaded] = run.replay.steps;
    const texts = (step: typeof stored) =>
      step && changesBetween(world.layout, step.before, step.after).map(({ text }) => text);
    expect(texts(stored)).toContain('cpu 1: a.u is touched');
    expect(texts(loaded)).toContain('cpu 1: a.u is touched no more');
    const drawn = drawMachine(world, stored?.after as Machine).vcpus.map(({ notes }) => notes);
    expect(drawn).toEqual([[], [{ key: 'guest a.u', text: 'a.u is touched' }]]);
    const { states } = JSON.parse(toItf(run)) as { states: { vcpus: { '#map': [unknown, Vcpu][] } }[] };
    const exported = states.map(({ vcpus }) => vcpus['#map'][1]?.[1].mmu.touched['#map'].find(isOf('a.u')));
    expect(exported).toEqual([
      ['a.u', false],
      ['a.u', true],
      ['a.u', false],
    ]);
  });
});

interface Vcpu {
  readonly mmu: { readonly touched: { readonly '#map': readonly (readonly [string, boolean])[] } };
}

const isOf =
  (page: string) =>
  ([name]: readonly [string, boolean]) =>
    name === page;
