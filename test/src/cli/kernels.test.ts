import { describe, expect, it } from 'vitest';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { vtlb } from '../../run-vtlb.ts';

describe('vtlb kernels', () => {
  it('prints every decision, its commits and values', () => {
    const { stdout } = vtlb(['kernels']);
    for (const [name, { commits, values }] of Object.entries(DECISIONS)) {
      for (const text of [`${name}: `, ...commits, ...Object.keys(values)]) expect(stdout).toContain(text);
    }
  });

  it('prints the table as JSON', () => {
    const value = JSON.parse(vtlb(['kernels', '--json']).stdout);
    expect(value.kernels).toEqual(KERNELS);
    expect(Object.keys(value.decisions)).toEqual(DECISION_NAMES);
    expect(value.decisions.pcideSet).toEqual({
      doc: DECISIONS.pcideSet.doc,
      values: ['nothing', 'reload', 'unload', 'free-prev-roots', 'free-low-bits-0'],
    });
  });

  it('says what differs between two', () => {
    const { stdout } = vtlb(['kernels', 'patch-base', 'patch']);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(2)
        .map((line) => line.split(/ +/)),
    ).toEqual([
      ['pcidlessInvalidation', 'free-prev-roots', 'keep-prev-roots'],
      ['pcideSet', 'nothing', 'reload'],
      ['pcideClear', 'flush-guest', 'reload'],
    ]);
    expect(vtlb(['kernels', 'v6.4', 'v6.12']).stdout).toBe('v6.4 and v6.12 decide everything alike.\n');
    expect(Object.keys(JSON.parse(vtlb(['kernels', 'v6.4', 'v6.1', '--json']).stdout).decisions)).toEqual([
      'invlpg',
    ]);
  });
});
