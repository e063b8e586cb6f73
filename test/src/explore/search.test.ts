import { describe, expect, it } from 'vitest';
import { GOALS as OF_THE_ENGINE } from '../../../src/engine/memo/goals.ts';
import { GOALS, PageSearch, type SearchEnd } from '../../../src/explore/search/search.ts';

function searchFor(link: string, goal: string): SearchEnd {
  const search = new PageSearch({ link, goal });
  for (;;) {
    const end = search.run();
    if (end !== null) return end;
  }
}

describe('the search of the page', () => {
  it('knows the goals of a search, in their order', () => {
    expect(GOALS.map(({ name }) => name)).toEqual(OF_THE_ENGINE.slice(0, -1).map(({ name }) => name));
  });

  it('finds the shortest counterexample, as vtlb check does', () => {
    expect(searchFor('kernel=v5.13', 'vtlb-within-guest-tlb')).toEqual({
      outcome: 'found',
      goal: 'vtlb-within-guest-tlb',
      states: 1336,
      transitions: 5357,
      depth: 5,
      trace: ['access u0', 'write-pte a:u0 f2', 'write-pte b:u0 f2', 'mov-cr3 b', 'mov-cr4 pcide=1'],
    });
  });

  it('finds what is shorter where another property is asked for', () => {
    expect(searchFor('kernel=v5.13', 'prev-roots-outside-vtlb')).toMatchObject({
      outcome: 'found',
      trace: ['mov-cr3 b', 'mov-cr4 pcide=1'],
    });
  });

  it('finds witnesses', () => {
    const end = searchFor('kernel=patch', 'stale-cached-root-while-pcide-clear');
    expect(end).toMatchObject({ outcome: 'found', trace: { length: 4 } });
  });

  it('sees every state where there is none', () => {
    const end = searchFor('kernel=naive&contract=sdm&bound=spaces=1', 'vtlb-within-guest-tlb');
    expect(end).toMatchObject({ outcome: 'none' });
  });

  it('says how far it is in between', () => {
    const search = new PageSearch({ link: 'kernel=patch', goal: 'vtlb-within-guest-tlb' });
    expect(search.run()).toBeNull();
    const { states, transitions } = search.progress;
    expect(search.run()).toBeNull();
    expect(search.progress.transitions).toBeGreaterThan(transitions);
    expect(search.progress.states).toBeGreaterThan(states);
  });
});
