import { expect, it } from 'vitest';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { optimisationsOf } from '../../../src/cost/optimisations.ts';
import { expectKept } from './kept.ts';

/** What `vtlb cost --optimisations` tries, and `minimal`. */
const STATES: Readonly<Record<KernelName, readonly [kernel: number, minimal: number]>> = {
  'v5.12': [14_880, 31_408],
  'v5.13': [14_880, 31_408],
  'v5.14': [10_264, 21_190],
  'patch-base': [10_264, 21_190],
  patch: [14_880, 31_408],
  'v5.16': [15_904, 34_112],
  'v5.18': [22_548, 48_477],
  'v6.1': [22_548, 48_477],
  'v6.4': [22_548, 48_477],
  'v6.12': [22_548, 48_477],
  naive: [720, 1_508],
};

it.each(Object.keys(KERNELS) as KernelName[])('from every reachable state: %s', (kernel) => {
  const [inKernel, inMinimal] = STATES[kernel];
  expect(optimisationsOf(kernel).states).toBe(inKernel);
  expectKept(kernel, 'kernel', { userPages: 0 }, inKernel);
  expectKept(kernel, 'minimal', {}, inMinimal);
});
