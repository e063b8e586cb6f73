import { describe, expect, it } from 'vitest';
import {
  checkDecision,
  decisionsOf,
  defineKernel,
  definitionOf,
  KernelError,
  kernelNamed,
} from '../../../spec/define/kernel.ts';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { invlpg } from '../../../spec/reducers/invlpg.ts';

describe('defineKernel', () => {
  it('changes the named decisions and no other', () => {
    expect(defineKernel({ base: 'v6.12', pcideSet: 'nothing' })).toEqual({
      ...KERNELS['v6.12'],
      pcideSet: 'nothing',
    });
  });

  it('leaves its base as it was', () => {
    const before = { ...KERNELS['v6.12'] };
    defineKernel({ base: 'v6.12', pcideSet: 'nothing' });
    expect(KERNELS['v6.12']).toEqual(before);
  });

  it('refuses a value that the decision lacks, and lists those it has', () => {
    const define = () => defineKernel({ base: 'v6.12', pcideSet: 'maybe' as 'nothing' });
    expect(define).toThrow(KernelError);
    expect(define).toThrow(/pcideSet.*'maybe'.*nothing, reload, unload/);
  });

  it('refuses a decision that does not exist, and lists those that do', () => {
    const define = () => defineKernel({ base: 'v6.12', ...{ pcideSett: 'nothing' } });
    expect(define).toThrow(KernelError);
    expect(define).toThrow(/'pcideSett'.*rootReuse.*zappedRoot/);
  });

  it('takes reducers, refuses those for no event, and those that lack a section', () => {
    const kvm = () => {};
    const reducers = { invlpg: { ...invlpg, kvm } };
    expect(defineKernel({ base: 'v6.12', reducers })).toEqual({ ...KERNELS['v6.12'], reducers });
    expect(decisionsOf(defineKernel({ base: 'v6.12', reducers }))).toEqual(KERNELS['v6.12']);
    expect(defineKernel({ base: 'v6.12', reducers: {} })).toEqual(KERNELS['v6.12']);

    const define = (wrong: object) => () => defineKernel({ base: 'v6.12', reducers: wrong });
    expect(define({ invlpgg: invlpg })).toThrow(/'invlpgg'.*access, write-pte/);
    expect(define({ invlpg: { kvm } })).toThrow(/reducer invlpg: faults is no function/);
    expect(define({ invlpg: undefined })).toThrow(KernelError);
  });

  it('keeps what it was given, beside the kernel', () => {
    const definition = { base: 'v6.12', pcideSet: 'nothing' } as const;
    expect(definitionOf(defineKernel(definition))).toEqual(definition);
    for (const other of [KERNELS['v6.12'], { ...defineKernel(definition) }, null, 5, 'v6.12'])
      expect(definitionOf(other)).toBeNull();
  });

  it('refuses a base that does not exist, and lists those that do', () => {
    const define = () => defineKernel({ base: 'v7.99' as KernelName });
    expect(define).toThrow(KernelError);
    expect(define).toThrow(/'v7.99'.*v5\.12.*naive/);
  });
});

it('what every object inherits is neither a kernel nor a decision', () => {
  expect(() => kernelNamed('constructor')).toThrow(KernelError);
  expect(() => checkDecision('toString', 'nothing')).toThrow(KernelError);
  expect(() => checkDecision('pcideSet', 'toString')).toThrow(KernelError);
});

it('every value that the table lists is accepted', () => {
  for (const decision of DECISION_NAMES)
    for (const value of Object.keys(DECISIONS[decision].values)) checkDecision(decision, value);
});
