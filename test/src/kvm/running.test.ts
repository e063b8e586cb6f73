import { describe, expect, it } from 'vitest';

/** The scripts of test/kvm have no types. */
const script = (name: string) => import(new URL(`../../kvm/${name}`, import.meta.url).href);
const { minimise } = await script('minimise.mjs');
const { verdictOf } = await script('report.mjs');
const { judgeUnitTests } = await script('unit-tests.mjs');
const { knownTraces } = await script('suite.mjs');
const { randomTraces } = await script('random.mjs');
const { programsFor } = await script('session.mjs');

describe('minimising in rounds of one boot', () => {
  /** Differs at the first `c` behind an `a`. */
  const fails = async (candidates: { events: string[] }[]) =>
    candidates.map(({ events }) => {
      const a = events.indexOf('a');
      const c = a < 0 ? -1 : events.indexOf('c', a);
      return c < 0 ? null : c + 1;
    });

  it('comes to a trace of which no event can be left out', async () => {
    const trace = [...'xxaxxbxxxxxxxc'];
    const other = ['a', 'x', 'c'];
    const shortest = { events: ['a', 'c'], isMinimal: true };
    expect(await minimise([trace, other], fails, 10)).toEqual([shortest, shortest]);
  });

  it('says so where the rounds end before', async () => {
    const [{ events, isMinimal }] = await minimise([[...'xxxxxxxxaxxxxxxxxxxxbxxxxxxxc']], fails, 1);
    expect(events.length).toBeLessThan(29);
    expect(isMinimal).toBe(false);
  });
});

describe('the verdict of a run', () => {
  const run = (change: object = {}, tally: object = {}) => ({
    tally: { differences: [], stopped: [], notRun: 0, accesses: 9, ...tally },
    control: null,
    heldAgainst: { naive: 1, 'v5.14': 2 },
    mustDiffer: ['naive', 'v5.14'],
    unitTests: null,
    ...change,
  });

  it.each([
    ['agrees', run()],
    ['differs', run({}, { differences: ['one'] })],
    ['differs', run({ control: { differences: ['one'], stopped: [] } })],
    ['differs', run({ unitTests: { wrong: ['one'] } })],
    ['stopped', run({}, { stopped: ['one'] })],
    ['stopped', run({}, { notRun: 1 })],
    ['stopped', run({}, { accesses: 0 })],
    ['cannot fail', run({ heldAgainst: { naive: 0, 'v5.14': 2 } })],
  ])('is %s', (verdict, of) => expect(verdictOf(of)).toBe(verdict));
});

describe('the traces', () => {
  it('are events that a guest with PCIDs carries out, but for those that none can', () => {
    const { able, refused } = programsFor(knownTraces(), true);
    expect(able.length).toBeGreaterThan(80);
    for (const { why } of refused) expect(why).toMatch(/cannot be had of a running KVM|finds a page table/);
    expect(able.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['scenario message', 'full-flush-all', 'nested-vpid', 'smep-role']),
    );
  });

  it('at random are the same for the same seed, and as many as are asked for', () => {
    const draw = (seed: number) => [...randomTraces({ seed, events: 300, hasPcid: true })];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1).flatMap(({ events }) => events).length).toBeGreaterThanOrEqual(300);
  });
});

describe('what a booted test of kvm-unit-tests says', () => {
  const trace = knownTraces().find(({ name }: { name: string }) => name === 'not-present-fault');
  const line = (verdict: string, number: number, found: string) =>
    `${verdict}: line ${number}: access u0: expected f2, found ${found} (f0: page fault)\n`;
  const judge = (text: string, end: string) =>
    judgeUnitTests(
      { tests: [{ file: 't.flat', trace }] },
      [{ report: `boot /t.flat\n${text}\nbooted /t.flat ${end}\n` }],
      'v6.12',
    );

  it('is right where it fails at the stale read, with the frame that is read', () => {
    const { failing, wrong } = judge(line('PASS', 1, 'f1') + line('FAIL', 5, 'f1'), 'status 1');
    expect([failing, wrong]).toEqual([
      [{ test: 'not-present-fault', line: 'line 5: access u0', found: 'f1' }],
      [],
    ]);
  });

  it.each([
    ['it passes', line('PASS', 1, 'f1') + line('PASS', 5, 'f2'), 'status 0', 'found f2, expected f1'],
    ['it says PASS of a stale read', line('PASS', 1, 'f1') + line('PASS', 5, 'f1'), 'status 0', 'says PASS'],
    ['a read is missing', line('PASS', 1, 'f1'), 'status 0', 'reports 1 of 2 accesses'],
    [
      'it ends otherwise',
      line('PASS', 1, 'f1') + line('FAIL', 5, 'f1'),
      'stopped: exit reason 8',
      'ended with',
    ],
  ])('is wrong where %s', (_, text, end, why) => {
    expect(judge(text, end).wrong[0].why).toContain(why);
  });
});
