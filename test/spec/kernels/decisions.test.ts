import { describe, expect, it } from 'vitest';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';

describe.each(DECISION_NAMES)('%s', (decision) => {
  it('says what is decided, since when, and in which ways', () => {
    const { doc, commits, values } = DECISIONS[decision];
    expect(doc).not.toBe('');
    for (const commit of commits) expect(commit).toMatch(/v\d\.\d+/);
    expect(Object.keys(values).length).toBeGreaterThan(1);
  });

  it('is decided in two ways by the kernels that are known', () => {
    const decided = (Object.keys(KERNELS) as KernelName[]).map((kernel) => KERNELS[kernel][decision]);
    expect(new Set(decided).size).toBeGreaterThan(1);
  });
});
