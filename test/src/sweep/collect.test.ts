import { describe, expect, it } from 'vitest';
import { collectionMarkdown, formatCollection } from '../../../src/report/sweep.ts';
import { collectionJson } from '../../../src/report/sweep-json.ts';
import { answerText } from '../../../src/sweep/answer.ts';
import { collect, verdictOn, waitingIn } from '../../../src/sweep/collect.ts';
import { commandOf } from '../../../src/sweep/line.ts';
import { answerName, type Search } from '../../../src/sweep/search.ts';
import {
  BUILD,
  collected,
  EXERCISED,
  planned,
  STOPPED,
  saying,
  swept,
  UNEXERCISED,
  VIOLATED,
} from './made.ts';

const scopes = [
  { layout: 'minimal', bounds: {} },
  { layout: 'roles', bounds: { spaces: 1 } },
  { layout: 'smp', bounds: {} },
] as const;
const plan = planned({ scopes });
const changed = planned({ scopes, kernels: [swept('v6.12', { pcideSet: 'nothing' })] });
const proofs = planned({ prove: true });

describe('the verdict over all', () => {
  it.each([
    ['holds', plan, []],
    ['violated', plan, [{}, VIOLATED, {}]],
    ['violated', plan, [null, VIOLATED, STOPPED]],
    ['incomplete', plan, [{}, null, {}]],
    ['incomplete', plan, [null, null, null]],
    ['incomplete', plan, [{}, {}, STOPPED]],
    ['incomplete', planned({ kernels: [] }), []],
    ['holds', changed, [UNEXERCISED, EXERCISED, UNEXERCISED]],
    ['not exercised', changed, [UNEXERCISED, UNEXERCISED, UNEXERCISED]],
    ['incomplete', changed, [UNEXERCISED, null, UNEXERCISED]],
    ['not exercised', plan, [{}, { verdict: 'not exercised' }, {}]],
    ['holds', proofs, [{}, {}]],
    ['open', proofs, [{}, { verdict: 'open' }]],
    ['violated', proofs, [{}, { verdict: 'broken', trace: ['access u0'] }]],
    ['incomplete', proofs, [{}, null]],
  ] as const)('%s: %#', (verdict, of, told) => {
    const collection = collected(of, told);
    expect(verdictOn(collection)).toBe(verdict);
    expect(collectionJson(collection).verdict).toBe(verdict);
    const text = formatCollection(collection, 1000);
    expect(text.match(/^(HOLDS|VIOLATED|INCOMPLETE|OPEN|NOT EXERCISED) {2}/gm)).toEqual([
      `${verdict.toUpperCase()}  `,
    ]);
  });

  it('of two changed kernels, that one exercises its change says nothing of the other', () => {
    const two = planned({
      scopes: scopes.slice(0, 2),
      kernels: [swept('v6.12', { pcideSet: 'nothing' }), swept('patch', { pcideSet: 'nothing' })],
    });
    expect(verdictOn(collected(two, [EXERCISED, UNEXERCISED, UNEXERCISED, UNEXERCISED]))).toBe(
      'not exercised',
    );
    expect(verdictOn(collected(two, [EXERCISED, UNEXERCISED, UNEXERCISED, EXERCISED]))).toBe('holds');
  });

  it.each([
    ['another build', (search: Search) => answerText(search, 'b'.repeat(64), saying(search))],
    ['half an answer', (search: Search) => answerText(search, BUILD, saying(search)).slice(0, -50)],
  ])('is not of a file that is refused, which is named: %s', (_, make) => {
    const search = plan.searches[1] as Search;
    const name = answerName(search, BUILD);
    const collection = collected(plan, [{}, null, {}], { [name]: make(search) });
    expect(verdictOn(collection)).toBe('incomplete');
    expect(collectionJson(collection).refused).toEqual([
      { answer: name, why: expect.stringMatching(/^it is /) },
    ]);
    for (const text of [formatCollection(collection, 1000), collectionMarkdown(collection)])
      expect(text).toContain(`refused  ${name}: it is `);
  });
});

describe('what is told of a plan', () => {
  const failures = new Map([[answerName(plan.searches[2] as Search, BUILD), 'no memory']]);
  const collection = collect(plan, 'answers', {
    failures,
    answers: new Map([
      [
        answerName(plan.searches[0] as Search, BUILD),
        answerText(plan.searches[0] as Search, BUILD, saying(plan.searches[0] as Search, VIOLATED)),
      ],
      [
        answerName(changed.searches[0] as Search, BUILD),
        answerText(changed.searches[0] as Search, BUILD, saying(changed.searches[0] as Search)),
      ],
    ]),
  });

  it('is a table, what is missing with its commands and nothing else, and what was looked at', () => {
    const text = formatCollection(collection, 1000);
    const [missing, failed] = waitingIn(collection).map(({ line }) => commandOf(line));
    expect(text.split('\n')).toEqual([
      'kernel  contract  layout   bounds    verdict   states  facts  length  seconds',
      '------  --------  -------  --------  --------  ------  -----  ------  -------',
      'v6.12   kvm       minimal  its own   VIOLATED  10      20     2       1.5',
      'v6.12   kvm       roles    spaces=1  missing',
      'v6.12   kvm       smp      its own   failed',
      '',
      'failed  v6.12 smp kvm: no memory',
      '',
      'To carry out what is missing, and nothing else:',
      `    ${missing?.replaceAll(' ', '\u00a0')}`,
      `    ${failed?.replaceAll(' ', '\u00a0')}`,
      '',
      'VIOLATED  3 searches planned: 1 VIOLATED, 1 missing, 1 failed',
      'looked at  kernel v6.12; contract kvm; layout minimal',
      'besides  1 answers that this plan does not ask for',
    ]);
  });

  it('is Markdown for a mail, the verdict first', () => {
    const lines = collectionMarkdown(collection).split('\n');
    expect(lines[0]).toMatch(/^VIOLATED/);
    expect(lines).toContain('| v6.12 | kvm | minimal | its own | VIOLATED | 10 | 20 | 2 | 1.5 |');
    expect(lines.slice(-2)).toEqual(waitingIn(collection).map(({ line }) => `    ${commandOf(line)}`));
  });

  it('is the same as data', () => {
    const { planned: count, answered, searches, others } = collectionJson(collection);
    expect([count, answered, others]).toEqual([3, 1, 1]);
    expect(searches.map(({ state, why }) => [state, why])).toEqual([
      ['answered', null],
      ['missing', null],
      ['failed', 'no memory'],
    ]);
    expect(searches[0]?.violation?.property).toBe('vtlb-within-guest-tlb');
  });

  it('has what cannot be searched', () => {
    const leftOut = [{ kernel: '6.12', layout: 'window', why: 'no words' }];
    expect(formatCollection(collected({ ...plan, leftOut }), 1000)).toContain(
      'not planned  6.12 on window: no words',
    );
  });
});
