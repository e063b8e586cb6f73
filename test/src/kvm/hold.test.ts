import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { expectedBySdm, expectedOnKvm } from '../../../src/kvm/expect.ts';
import { describeResult, parseResults } from '../../../src/kvm/results.ts';
import { formatKvm, kvmVerdict } from '../../../src/report/kvm.ts';
import { parseTrace } from '../../../src/trace/parse.ts';

/** The scripts of test/kvm have no types. */
const { holdAgainst } = await import(new URL('../../kvm/hold.mjs', import.meta.url).href);

const world = (layout: LayoutName, kernel: KernelName) => ({
  layout: buildLayout(LAYOUTS[layout], { cachedRoots: 3 }),
  kernel: KERNELS[kernel],
  contract: CONTRACTS.kvm,
});

const eventsOf = (layout: LayoutName, trace: string) =>
  parseTrace(trace, buildLayout(LAYOUTS[layout])).map(({ event }) => event);

/** A page fault with P=0 leaves the old translation: what a running 6.12 says of it. */
const NOT_PRESENT = eventsOf(
  'faults',
  'access u0\nwrite-pte a:u0 none\npage-fault u0\nwrite-pte a:u0 f2\naccess u0',
);
const SAID = 'stream 0 done 5\n1 0 80000002 0 1 \n';

function tally(report: string, kernel: KernelName = 'v6.12', by = expectedOnKvm) {
  const [result = null] = parseResults(report, 1);
  const trace = { name: 'it', events: NOT_PRESENT, result };
  return holdAgainst([trace], ({ events }: typeof trace) => by(world('faults', kernel), events));
}

describe('what a guest says', () => {
  it('is read stream by stream, whatever else is said', () => {
    const report =
      'kernel 6.12\nstream 1 stopped 1 exit reason 17, suberror 1\nf \nnoise\nstream 0 done 2\n1 80000000 \n';
    expect(parseResults(report, 3)).toEqual([
      { words: [1, 0x80000000], stopped: null },
      { words: [15], stopped: 'exit reason 17, suberror 1' },
      null,
    ]);
  });

  it.each(['stream 0 done 3\n1 0 \n', 'stream 0 done 2\n1 0', 'stream 7 done 1\n1 \n'])(
    'is nothing where %j is cut short, or of no stream',
    (report) => expect(parseResults(report, 1)).toEqual([null]),
  );

  it.each([
    [2, true, 'f2'],
    [0, true, 'f0'],
    [0, false, 'ok'],
    [7, false, 'f7'],
    [0x80000002, false, '#PF P=0'],
    [0x80000003, false, '#PF P=1'],
    [0xc0000000, false, '#GP'],
    [0xd0000000, true, '#UD'],
    [0xe0000002, false, 'nested VM exit 2'],
    [0xe0000021, false, 'nested VM exit 33'],
    [0xf0000007, false, 'no nested VM entry, error 7'],
  ])('%i (of a read: %s) is %s', (word, isRead, text) => expect(describeResult(word, isRead)).toBe(text));
});

describe('holding it against a record', () => {
  it('finds no difference in what that kernel does, and counts', () => {
    expect(tally(SAID)).toEqual({
      traces: 1,
      events: 5,
      notRun: 0,
      accesses: 2,
      oneAllowed: 2,
      faults: 0,
      differences: [],
      stopped: [],
    });
  });

  it('finds by the SDM the read that no processor may answer so', () => {
    const [found, ...others] = tally(SAID, 'v6.12', expectedBySdm).differences;
    expect(found).toEqual({ trace: 'it', step: 5, event: 'access u0', may: ['f2'], read: 'f1' });
    expect(others).toEqual([]);
  });

  it.each([
    ['a read of another frame', '1 0 80000002 0 2', 5],
    ['a read that faults', '80000000 0 80000002 0 1', 1],
    ['a store that faults', '1 c0000000 80000002 0 1', 2],
    ['a fault with P=1', '1 0 80000003 0 1', 3],
    ['no fault', '1 0 0 0 1', 3],
    ['an instruction that there is not', '1 0 80000002 d0000000 1', 4],
  ])('finds %s', (_, words, step) => {
    const { differences } = tally(`stream 0 done 5\n${words} \n`);
    expect(differences.map(({ step }: { step: number }) => step)).toEqual([step]);
  });

  it('tells records apart by the same output', () => {
    const events = eventsOf(
      'kernel',
      'access u0\nwrite-pte a:u0 f2\ninvlpg u0\nwrite-pte a:u0 f1\naccess u0',
    );
    const [result = null] = parseResults('stream 0 done 5\n1 0 0 0 1 \n', 1);
    const against = (kernel: KernelName) =>
      holdAgainst([{ name: 'it', events, result }], () => expectedOnKvm(world('kernel', kernel), events));
    expect([against('v6.12').differences, against('v5.14').differences.length]).toEqual([[], 1]);
  });

  it('counts a guest that stops early, or is not heard of, as not run and never as equal', () => {
    const early = tally('stream 0 stopped 2 exit reason 17, suberror 1\n1 0 \n');
    expect([early.events, early.notRun, early.stopped[0]?.why]).toEqual([2, 3, 'exit reason 17, suberror 1']);
    const silent = tally('');
    expect([silent.events, silent.notRun, silent.stopped[0]?.why]).toEqual([0, 5, 'nothing was heard of it']);
  });
});

describe('the report on one trace', () => {
  const reportOn = (words: readonly number[], stopped: string | null = null) => {
    const at = world('faults', 'v6.12');
    const expected = expectedOnKvm(at, NOT_PRESENT);
    const steps = expected.map(({ event, may }, i) => {
      const read = words[i] === undefined ? null : describeResult(words[i], event.kind === 'access');
      return { event, may, read, differs: read !== null && !may.includes(read) };
    });
    const bySdm = expectedBySdm(at, NOT_PRESENT);
    return { release: '6.12.117', emulator: 'qemu', record: 'v6.12', steps, bySdm, stopped };
  };

  it('says what the record allows, what came of it, and where the SDM does not allow that', () => {
    const text = formatKvm(reportOn([1, 0, 0x80000002, 0, 1]), 100);
    expect(text).toContain('AGREES');
    expect(text).toMatch(/^ +5 +access u0 +f1 +f1 +f2$/m);
    expect(text).toMatch(/^ +1 +access u0 +f1 +f1$/m);
  });

  it.each([
    [[1, 0, 0x80000002, 0, 2], null, 'differs'],
    [[1, 0, 0x80000002], 'exit reason 17', 'stopped'],
    [[2], 'exit reason 17', 'differs'],
    [[1, 0, 0x80000002, 0], null, 'stopped'],
  ] as const)('of %j is %s: %s', (words, stopped, verdict) => {
    expect(kvmVerdict(reportOn(words, stopped))).toBe(verdict);
  });
});
