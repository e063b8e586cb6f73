import { expect, it } from 'vitest';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { isOfRelease, TAKEN_ALIKE } from '../../../spec/kernels/what-ifs.ts';

const valuesOf = (decision: DecisionName) => Object.keys(DECISIONS[decision].values);

it('releases take some decisions alike, and differ on most', () => {
  expect(TAKEN_ALIKE).toContain('pgdOnHit');
  expect(TAKEN_ALIKE).not.toContain('pcideSet');
  expect(TAKEN_ALIKE.length).toBeLessThan(DECISION_NAMES.length / 2);
});

it('a decision taken alike has one value of releases, any other more', () => {
  for (const decision of DECISION_NAMES) {
    const ofReleases = valuesOf(decision).filter((value) => isOfRelease(decision, value));
    expect([decision, ofReleases.length === 1]).toEqual([decision, TAKEN_ALIKE.includes(decision)]);
  }
});

it('a value that only patches, mutants or the yardstick have is of no release', () => {
  expect(isOfRelease('pcideSet', 'free-prev-roots')).toBe(false);
  expect(isOfRelease('rootReuse', KERNELS.naive.rootReuse)).toBe(false);
});
