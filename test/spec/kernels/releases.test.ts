import { describe, expect, it } from 'vitest';
import {
  DECISION_NAMES,
  DECISIONS,
  type DecisionName,
  type Kernel,
} from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { RELEASE_RECORDS, RELEASES } from '../../../spec/kernels/releases.ts';

const VERSION = /^v(\d+)\.(\d+)$/;

const RECORDS: ReadonlyMap<string, Kernel> = new Map(RELEASE_RECORDS);

const IN_ORDER = [...RECORDS.keys()];

/** The releases in which a commit changed a decision: `21823fbda552 v5.14` says v5.14. */
function changesOf(decision: DecisionName): string[] {
  return DECISIONS[decision].commits.flatMap(
    (commit) => /^[0-9a-f]{12} (v\d+\.\d+)$/.exec(commit)?.[1] ?? [],
  );
}

/** Commits that moved what a decision is about, and left its value as it was. */
const WITHOUT_EFFECT: { readonly [D in DecisionName]?: readonly string[] } = {
  pcidInvalidation: ['v5.14'],
  // SVM's: the records are those of VMX, which flushes before it enters.
  failedEntry: ['v7.3'],
  invlpgRoots: ['v6.4'],
};

describe('releases', () => {
  it('are all that there were from v5.12 on, each once', () => {
    const lastOf = new Map([
      [5, 19],
      [6, 19],
    ]);
    expect(IN_ORDER.at(-1)).toBe('v7.3');
    const expected = ['v5.12'];
    while (expected.at(-1) !== IN_ORDER.at(-1)) {
      const [, major, minor] = VERSION.exec(expected.at(-1) as string) as unknown as string[];
      const isLast = lastOf.get(Number(major)) === Number(minor);
      expected.push(isLast ? `v${Number(major) + 1}.0` : `v${major}.${Number(minor) + 1}`);
    }
    expect(IN_ORDER).toEqual(expected);
    const names = [...Object.keys(KERNELS), ...Object.keys(RELEASES)];
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(DECISION_NAMES)('%s changes in no release but those of its commits', (decision) => {
    const changed = IN_ORDER.filter(
      (release, i) =>
        i > 0 && RECORDS.get(release)?.[decision] !== RECORDS.get(IN_ORDER[i - 1] as string)?.[decision],
    );
    const told = changesOf(decision);
    for (const release of changed) expect(told, release).toContain(release);
    const without = WITHOUT_EFFECT[decision] ?? [];
    for (const release of told.filter((one) => RECORDS.has(one) && !without.includes(one)))
      expect(changed).toContain(release);
  });
});
