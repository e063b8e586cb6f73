import { describe, expect, it } from 'vitest';
import { DECISION_NAMES } from '../../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../../spec/kernels/named.ts';
import { search } from '../../../../src/checker/search.ts';
import { EFFECT_HEAD, type Effects, FLAG } from '../../../../src/engine/memo/effects.ts';
import { type DecisionFields, putDecisions } from '../../../../src/engine/memo/kernel-view.ts';
import { type MemoMachine, memoMachine, modelOf } from '../../../../src/engine/memo/model.ts';
import { REQUEST_SETS } from '../../../../src/engine/memo/stages.ts';
import type { Field } from '../../../../src/engine/rows/field.ts';
import type { TlbsInRows } from '../../../../src/engine/rows/fields.ts';
import type { Recorder } from '../../../../src/engine/views/recorder.ts';
import { limits } from '../../check/limits.ts';
import { nameOf, type Scope, worldOf } from '../scopes.ts';
import { compareAll } from './breadth-first.ts';

/** The parts of a memo that faults are seeded into. */
interface Parts {
  readonly recorder: Recorder;
  readonly decisions: DecisionFields;
  readonly effects: Effects;
  work(tree: number, row: Int32Array): number;
  portTo(changes: unknown): (vcpu: unknown, effect: { readonly on: string }) => void;
}

const partsOf = ({ stepper }: MemoMachine) => stepper.stages as unknown as Parts;

/** Has some fields read without a record of it. */
function unrecorded(recorder: Recorder, isOne: (field: Field) => boolean): void {
  const read = recorder.read.bind(recorder);
  recorder.read = (field) =>
    isOne(field) && field.bits > 0
      ? ((recorder.row[field.word] as number) >>> field.shift) & field.mask
      : read(field);
}

/** Has the record of some reads spoilt. */
function spoiltRecord(recorder: Recorder, spoil: (field: Field) => Field): void {
  const its = recorder as unknown as { record(field: Field): void };
  const record = its.record.bind(recorder);
  its.record = (field) => {
    record(spoil(field));
    (recorder.known[field.word] as number) |= field.mask << field.shift;
  };
}

/** Has every new effect changed. */
function spoiltEffects(effects: Effects, spoil: (words: Int32Array, effect: number) => void): void {
  const seen = new Set<number>();
  const numberOf = effects.numberOf.bind(effects);
  effects.numberOf = (...work) => {
    const effect = numberOf(...work);
    if (!seen.has(effect)) {
      seen.add(effect);
      spoil(effects.words, effect);
    }
    return effect;
  };
}

interface Fault {
  readonly what: string;
  readonly scope: Scope;
  readonly tlbs: TlbsInRows;
  readonly states: number;
  readonly seed: (memo: MemoMachine) => void;
}

const V6_12 = { kernel: 'v6.12' } as const;

const FAULTS: readonly Fault[] = [
  ...(['unsync', 'a.u[0]', 'b exists', 'prev_roots[0] space'] as const).map(
    (part): Fault => ({
      what: `a field is not recorded: ${part}`,
      scope: { layout: part === 'unsync' ? 'shared' : 'minimal', ...V6_12 },
      tlbs: 'whole',
      states: part === 'unsync' ? 250 : 60,
      seed: (memo) =>
        unrecorded(partsOf(memo).recorder, ({ name }) => {
          if (part === 'unsync') return name.endsWith(' unsync');
          if (part === 'b exists') return name === 'shadow b@wp exists';
          return name === `guest ${part}` || name === part;
        }),
    }),
  ),
  {
    what: 'a mask of a read is a bit too narrow',
    scope: { layout: 'minimal', ...V6_12 },
    tlbs: 'whole',
    states: 60,
    seed: (memo) =>
      spoiltRecord(partsOf(memo).recorder, (field) =>
        field.bits < 2 ? field : { ...field, bits: field.bits - 1, mask: field.mask >> 1 },
      ),
  },
  {
    what: 'a read is recorded a bit further on',
    scope: { layout: 'minimal', ...V6_12 },
    tlbs: 'whole',
    states: 30,
    seed: (memo) =>
      spoiltRecord(partsOf(memo).recorder, (field) =>
        field.name.includes('exists') ? { ...field, shift: field.shift - 1 } : field,
      ),
  },
  {
    what: 'an effect keeps a bit that it should not',
    scope: { layout: 'minimal', ...V6_12 },
    tlbs: 'whole',
    states: 30,
    seed: (memo) =>
      spoiltEffects(partsOf(memo).effects, (words, effect) => {
        const keep = words[effect + EFFECT_HEAD] as number;
        words[effect + EFFECT_HEAD] = keep | (~keep & -~keep);
      }),
  },
  ...(['whole', 'hardware', 'apart'] as const).map(
    (tlbs): Fault => ({
      what: `a flush of the hardware TLB is dropped, TLBs ${tlbs}`,
      scope: { layout: 'minimal', ...V6_12 },
      tlbs,
      states: 60,
      seed: (memo) => dropping(memo, 'hardware'),
    }),
  ),
  ...(['whole', 'apart'] as const).map(
    (tlbs): Fault => ({
      what: `an invalidation of the guest TLB is dropped, TLBs ${tlbs}`,
      scope: { layout: 'kernel', ...V6_12 },
      tlbs,
      states: 30,
      seed: (memo) => dropping(memo, 'guest'),
    }),
  ),
  ...(['whole', 'apart'] as const).map(
    (tlbs): Fault => ({
      what: `CR3 values go on to count as loaded, TLBs ${tlbs}`,
      scope: { layout: 'minimal', ...V6_12 },
      tlbs,
      states: 100,
      seed: (memo) => dropping(memo, 'refills'),
    }),
  ),
  ...(['whole', 'hardware', 'apart'] as const).map(
    (tlbs): Fault => ({
      what: `TLBs do not change places with the vCPU, TLBs ${tlbs}`,
      scope: { layout: 'faults', ...V6_12, set: { migration: 'nothing' } as Scope['set'] },
      tlbs,
      states: 40,
      seed: (memo) => dropping(memo, 'cpus'),
    }),
  ),
  {
    what: 'a stale word of requests is given to a miss',
    scope: { layout: 'minimal', ...V6_12 },
    tlbs: 'whole',
    states: 30,
    seed: (memo) => {
      staleRequests(memo);
      partsOf(memo).recorder.know = () => {};
    },
  },
];

/** Loses what a piece of work does to some TLBs. */
function dropping(memo: MemoMachine, on: string): void {
  const parts = partsOf(memo);
  const portTo = parts.portTo.bind(parts);
  parts.portTo = (changes) => {
    const port = portTo(changes);
    return (vcpu, effect) => {
      if (effect.on !== on || 'begins' in effect) port(vcpu, effect);
    };
  };
}

/** Leaves requests in the row that handlers are given, and others in those of entries. */
function staleRequests(memo: MemoMachine): void {
  const parts = partsOf(memo);
  const work = parts.work.bind(parts);
  parts.work = (tree, row) => {
    const stale = row.slice();
    stale.fill(REQUEST_SETS - 1, memo.rows.words, memo.rows.words + memo.rows.vcpus.length);
    return work(tree, stale);
  };
}

/** Where faults are looked for, each place once, with the most states that are for one. */
const SOUND = new Map<string, Fault>();
for (const fault of FAULTS) {
  const key = `${nameOf(fault.scope)}, TLBs ${fault.tlbs}`;
  if (fault.states > (SOUND.get(key)?.states ?? 0)) SOUND.set(key, fault);
}

describe('the comparison with the spec tells nothing of the memo as it is', () => {
  it.each([...SOUND])('%s', (_, { scope, tlbs, states }) => {
    expect(compareAll(worldOf(scope), states, { ways: [tlbs] }).difference).toBeNull();
  });
});

describe('the comparison with the spec tells a fault of the memo', () => {
  it.each(FAULTS.map((fault) => [fault.what, fault] as const))('%s', (_, { scope, tlbs, states, seed }) => {
    expect(compareAll(worldOf(scope), states, { ways: [tlbs], seed }).difference).not.toBeNull();
  });

  it('and none where what is stale is known to be', () => {
    const world = worldOf({ layout: 'minimal', ...V6_12 });
    expect(compareAll(world, 30, { ways: ['whole'], seed: staleRequests }).difference).toBeNull();
  });
});

/** Kernels that differ in decisions that these layouts ask for. */
const SHARING: readonly (readonly [Scope['layout'], readonly KernelName[]])[] = [
  ['minimal', ['v5.12', 'patch', 'v6.12', 'naive']],
  ['smp', ['v5.13', 'v6.12']],
];

/** Takes steps under one kernel after the other with one memo; what differs first. */
function compareSharing(
  layout: Scope['layout'],
  kernels: readonly KernelName[],
  seed: (memo: MemoMachine) => void,
): string | null {
  let shared: MemoMachine | null = null;
  for (const kernel of kernels) {
    const world = worldOf({ layout, kernel });
    const compared = compareAll(world, 40, {
      ways: ['whole'],
      make: (made) => {
        if (shared === null) {
          shared = memoMachine(made, 'whole', { readsDecisions: true });
          seed(shared);
        }
        const { row } = (shared.stepper as unknown as { tables: { row: Int32Array } }).tables;
        putDecisions(partsOf(shared).decisions, KERNELS[kernel], row);
        return shared;
      },
    });
    if (compared.difference !== null) return `${kernel}: ${compared.difference}`;
  }
  return null;
}

describe('kernels share a memo whose work reads their decisions', () => {
  it.each(SHARING)('on %s: %s', (layout, kernels) => {
    expect(compareSharing(layout, kernels, () => {})).toBeNull();
  });

  it.each(SHARING)('and it is seen on %s if they do not: %s', (layout, kernels) => {
    const names: readonly string[] = DECISION_NAMES;
    const seed = (memo: MemoMachine) =>
      unrecorded(partsOf(memo).recorder, ({ name }) => names.includes(name));
    expect(compareSharing(layout, kernels, seed)).not.toBeNull();
  });
});

/** Searches the first states of a world; how often work was carried out, and on how many paths. */
async function searchCounted(seed: (memo: MemoMachine) => void) {
  const memo = memoMachine(worldOf({ layout: 'minimal', ...V6_12 }), 'apart');
  const { stages } = memo.stepper;
  let carriedOut = 0;
  const work = stages.work.bind(stages);
  stages.work = (tree, row) => {
    carriedOut++;
    return work(tree, row);
  };
  seed(memo);
  const model = modelOf(memo, 'a model');
  const source = { module: '', data: null };
  await search({ model, source, symmetry: false, workers: 1, limits: limits({ maxStates: 3000 }) });
  return { carriedOut, paths: stages.works.paths, effects: stages.effects.count };
}

describe('work is carried out once a path, and once more for each effect, and now and then', () => {
  it('in a search', async () => {
    const { carriedOut, paths, effects } = await searchCounted(() => {});
    expect(carriedOut).toBeGreaterThanOrEqual(paths + effects);
    expect(carriedOut).toBeLessThan(2 * (paths + effects));
  });

  it('and it is seen if no effect ever counts as checked', async () => {
    const { carriedOut, paths, effects } = await searchCounted(({ stepper }) => {
      const { stages } = stepper;
      const check = stages.check.bind(stages);
      stages.check = (tree, row, effect) => {
        check(tree, row, effect);
        (stages.effects.words[effect] as number) &= ~FLAG.checked;
      };
    });
    expect(carriedOut).toBeGreaterThan(2 * (paths + effects));
  });
});
