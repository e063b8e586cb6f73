import { describe, expect, it } from 'vitest';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { checkDecision, defineKernel, KernelError, kernelNamed } from '../../../spec/kernels/define.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';

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
