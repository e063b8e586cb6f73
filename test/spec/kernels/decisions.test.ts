import { describe, expect, it } from 'vitest';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';

describe.each(DECISION_NAMES)('%s', (decision) => {
  it('says what is decided, since when, and in which ways', () => {
    const { doc, commits, values } = DECISIONS[decision];
    expect(doc).not.toBe('');
    for (const commit of commits) expect(commit).toMatch(/v\d\.\d+/);
    expect(Object.keys(values).length).toBeGreaterThan(1);
  });

  it('has only values of which each kernel has one', () => {
    const values: readonly string[] = Object.keys(DECISIONS[decision].values);
    for (const kernel of Object.values(KERNELS)) expect(values).toContain(kernel[decision]);
  });
});
