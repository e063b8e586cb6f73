import { describe, expect, it } from 'vitest';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { vtlb } from '../../run-vtlb.ts';

describe('a release that is no named kernel', () => {
  it.each([
    [['check', '--kernel', 'v6.6', '--bound', 'spaces=1'], 'kernel v6.6 (the record of v6.4), contract kvm'],
    [
      ['replay', '-', '--kernel', 'v5.15'],
      'kernel v5.15 (the record of v5.14, but for linkUnsyncChildren, syncDrop, initReset) linkUnsyncChildren=',
    ],
    [['compare', 'v6.6', 'v6.12', '--layout', 'minimal', '--bound', 'spaces=1'], 'v6.6 (the record of v6.4)'],
    [
      ['cost', '--kernel', 'v6.15', '--workload', 'switch-4', '--events', '9'],
      'v6.15 (the record of v6.12, but for',
    ],
    [['kernels', 'v5.15', 'v5.14'], 'v5.15 (the record of v5.14, but for'],
    [['export', '-', '--kernel', 'v5.15', '--to', 'markdown'], 'v5.14 linkUnsyncChildren=sync-first'],
  ])('vtlb %s', (args, told) => {
    const { status, stdout, stderr } = vtlb(args, 'access u0');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(told);
  });

  it('is told in JSON by its base and what is set', () => {
    const { kernel, base, set } = JSON.parse(
      vtlb(['replay', '-', '--kernel', 'v6.18', '--json'], 'access u0').stdout,
    );
    expect({ kernel, base, set }).toEqual({
      kernel: 'v6.18',
      base: 'v6.12',
      set: { reloadObsolete: 'frees-first' },
    });
  });

  it('that no record describes is refused, with the reason', () => {
    const { status, stderr } = vtlb(['check', '--kernel', 'v7.2']);
    expect(status).toBe(2);
    expect(stderr).toContain('no record describes v7.2: from v7.2 on CR4.SMEP is in the role');
  });
});

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
