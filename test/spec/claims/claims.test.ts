import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../spec/claims/claims.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { flushesOrdered } from '../../../spec/properties/flushes-ordered.ts';
import { replayScenario } from '../../../src/review/scenario.ts';
import { worldOf } from '../helpers.ts';

const evidence = CLAIMS.flatMap(({ number, evidence }) => evidence.map((piece) => ({ number, piece })));

it('the claims are numbered as in the design, 1 to 14', () => {
  expect(CLAIMS.map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
});

it('each has a statement and something to run for it', () => {
  for (const { statement, evidence } of CLAIMS) {
    expect(statement).toMatch(/\.$/);
    expect(evidence).not.toEqual([]);
  }
});

it('each search names a property that exists and a world that can be built', () => {
  const names = [...ALWAYS, flushesOrdered].map(({ name }) => name);
  for (const { piece } of evidence) {
    if (piece.run !== 'search') continue;
    const { kernel, set, contract, layout, bounds } = piece.scope;
    worldOf({ kernel: { base: kernel, ...set }, contract, layout, bounds });
    if ('always' in piece.goal) expect(names).toContain(piece.goal.always);
    if ('broken' in piece.goal) expect(names).toContain(piece.goal.broken);
  }
});

describe('each replay comes out as stated', () => {
  const replays = evidence.flatMap(({ number, piece }) =>
    piece.run === 'replay' ? [{ number, ...piece }] : [],
  );

  it.each(replays)(
    'claim $number: $scenario with $subject.kernel is $verdict',
    ({ scenario, subject, verdict }) => {
      expect(replayScenario(scenario, subject).replay.verdict === 'stale').toBe(verdict === 'stale');
    },
  );
});
