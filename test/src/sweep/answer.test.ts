import { describe, expect, it } from 'vitest';
import { answerText, readAnswer } from '../../../src/sweep/answer.ts';
import { answerName, digestOf, type Search, sha256 } from '../../../src/sweep/search.ts';
import { BUILD, EXERCISED, planned, STOPPED, saying, swept, UNEXERCISED, VIOLATED } from './made.ts';

const { searches } = planned({ kernels: [swept('v6.12', { pcideSet: 'nothing' })], prove: true });
const [search, proof] = searches as [Search, Search];
const nameOf = (of: Search) => answerName(of, BUILD);
const read = (told: object, of = search) =>
  readAnswer(nameOf(of), answerText(of, BUILD, saying(of, told)), BUILD);

describe('an answer', () => {
  it.each([{}, VIOLATED, STOPPED, UNEXERCISED, EXERCISED])('is read as it was written: %j', (told) => {
    const { json, result } = read(told);
    expect(json).toEqual(saying(search, told));
    expect([result.states, result.facts, result.seconds]).toEqual([10, 20, 1.5]);
  });

  it('says what broke, and what was never exercised', () => {
    expect(read(VIOLATED).result.broken?.trace).toHaveLength(2);
    expect(read(UNEXERCISED).result.unexercised).toEqual(['decisions pcideSet']);
    expect([read(EXERCISED).result.unexercised, read({}).result.unexercised]).toEqual([[], null]);
    const broken = { verdict: 'broken', trace: ['access u0'] };
    expect(read(broken, proof).result.broken?.trace).toEqual(['access u0']);
    expect(read({ verdict: 'open' }, proof).result.broken).toBeNull();
  });
});

describe('a file that is no answer to be counted is refused', () => {
  const text = answerText(search, BUILD, saying(search));
  const refusal = (change: (head: Record<string, unknown>) => void, name = nameOf(search)) => {
    const head = JSON.parse(text);
    change(head);
    return () => readAnswer(name, JSON.stringify(head), BUILD);
  };

  it('cut off, at any byte', () => {
    for (let end = 0; end < text.length - 2; end += 7)
      expect(() => readAnswer(nameOf(search), text.slice(0, end), BUILD), String(end)).toThrow(
        'it is cut off',
      );
  });

  it('of another format, or none', () => {
    expect(() => readAnswer(nameOf(search), '[1]', BUILD)).toThrow('it is no JSON object');
    expect(refusal((head) => (head.format = 'vtlb answer 0'))).toThrow(
      "expected an answer of format 'vtlb answer 1'",
    );
  });

  it('of another build of vtlb', () => {
    const other = 'b'.repeat(64);
    const made = answerText(search, other, saying(search));
    expect(() => readAnswer(answerName(search, other), made, BUILD)).toThrow(
      'it is of another build of vtlb',
    );
    expect(refusal((head) => (head.build = other))).toThrow('it is of another build of vtlb');
  });

  it.each([
    ['kernel', 'v5.12'],
    ['set', {}],
    ['contract', 'sdm'],
    ['layout', 'deep'],
    ['bounds', { ...search.bounds, frames: 1 }],
    ['linux', true],
    ['identity', 'c'.repeat(64)],
  ])('with another %s in its head', (field, value) => {
    const forged = { ...search, [field]: value } as Search;
    expect(refusal((head) => (head.search = forged))).toThrow('its digest is not of its search');
    const renewed = (head: Record<string, unknown>) => {
      head.search = forged;
      head.digest = digestOf(forged, BUILD);
    };
    expect(refusal(renewed)).toThrow('it is of another search, whose answer is called');
    if (field !== 'identity')
      expect(refusal(renewed, nameOf(forged))).toThrow('its result is not one of its search');
  });

  it.each(['task', 'kernel', 'linux', 'set', 'contract', 'layout', 'bounds', 'identity'])(
    'without %s in its head',
    (field) => {
      const { [field as 'task']: _, ...rest } = search;
      expect(refusal((head) => (head.search = rest))).toThrow('its search is none that vtlb plans');
    },
  );

  it('called as another search is', () => {
    const message = `it is of another search, whose answer is called ${nameOf(search)}`;
    expect(() => readAnswer(nameOf(proof), text, BUILD)).toThrow(message);
  });

  it('with another result', () => {
    expect(refusal((head) => ((head.result as { states: number }).states = 11))).toThrow(
      'its checksum is not of its result',
    );
    expect(refusal((head) => (head.result = null))).toThrow('its checksum is not of its result');
  });

  it.each([
    [search, { verdict: 'proved' }],
    [search, { verdict: 'holds', complete: false }],
    [search, { ...VIOLATED, verdict: 'holds', complete: true }],
    [search, { verdict: 'violated' }],
    [search, { ...STOPPED, complete: true }],
    [search, { states: '10' }],
    [search, { seconds: null }],
    [search, { violation: undefined }],
    [proof, { verdict: 'holds' }],
    [proof, { verdict: 'proved', trace: ['access u0'] }],
    [proof, { verdict: 'broken' }],
    [proof, { layout: 'minimal' }],
  ])('with a result that does not fit together: %#', (of, told) => {
    const json = saying(of, told);
    const made = answerText(of, BUILD, json);
    expect(JSON.parse(made).checksum).toBe(sha256(JSON.stringify(json)));
    expect(() => readAnswer(nameOf(of), made, BUILD)).toThrow('its result is not one of its search');
  });
});
