import { describe, expect, it } from 'vitest';
import { BoundError } from '../../../spec/layouts/bounds.ts';
import { SCOPES } from '../../../src/check/scopes.ts';
import { mutantsOf } from '../../../src/mutate/mutants.ts';
import { commandOf, linesOf } from '../../../src/sweep/line.ts';
import { PlanError, planText, readPlan } from '../../../src/sweep/plan-file.ts';
import { digestOf, type Search, searchOf } from '../../../src/sweep/search.ts';
import { BUILD, planned, swept } from './made.ts';

const commands = (choices: Parameters<typeof planned>[0]) =>
  linesOf(planned(choices), 'sweep').map(commandOf);
const searches = (choices: Parameters<typeof planned>[0]) => planned(choices).searches;

describe('a plan', () => {
  it('has each kernel with each layout, each value of each bound, and each contract', () => {
    const { length } = searches({
      kernels: [swept('v6.12'), swept('patch')],
      contracts: ['kvm', 'sdm'],
      scopes: SCOPES.slice(0, 3),
      bounds: { cachedRoots: [1, 2, 3], frames: [1, 2] },
    });
    expect(length).toBe(2 * 2 * 3 * 6);
  });

  it('asks each question once, however it is put', () => {
    const twice = { scopes: [...SCOPES, ...SCOPES] };
    expect(searches(twice)).toEqual(searches({ scopes: SCOPES }));
    const same = {
      scopes: [{ layout: 'deep', bounds: { spaces: 1 } } as const],
      bounds: { userPages: [0, 1] },
    };
    expect(searches({ ...same, bounds: { userPages: [1], kernelPages: [0] } })).toHaveLength(1);
    expect(() => searches(same)).toThrow(BoundError);
  });

  it('changes each decision to each of its other values, as mutate does', () => {
    const kernel = swept('v6.12');
    const [own, ...changed] = searches({ setEach: true });
    const mutants = mutantsOf(kernel.decisions);
    expect(own?.set).toEqual({});
    expect(changed.map(({ set }) => set)).toEqual(mutants.map(({ decision, to }) => ({ [decision]: to })));
    expect(mutants.length).toBeGreaterThan(60);
  });

  it('proves each kernel once under each contract', () => {
    const all = searches({
      prove: true,
      kernels: [swept('v6.12'), swept('patch')],
      scopes: SCOPES.slice(0, 4),
    });
    expect(all.filter(({ task }) => task === 'prove')).toHaveLength(2);
    expect(all).toHaveLength(10);
  });

  it("says on which layouts Linux's own code cannot be searched, and proves none", () => {
    const linux = { ...swept('v6.12'), kernel: '6.12', linux: true, code: { product: 'x', digest: 'd' } };
    const { searches: asked, leftOut } = planned({
      kernels: [linux],
      scopes: SCOPES,
      setEach: true,
      prove: true,
    });
    expect(asked.length + leftOut.length).toBe(SCOPES.length);
    expect(leftOut.map(({ why }) => why)).toContain('bound cachedRoots=1: Linux has 3');
    expect(asked.every(({ task, linux: isLinux }) => task === 'check' && isLinux)).toBe(true);
  });
});

describe('a line', () => {
  it('is the command of its search, with the file of its answer', () => {
    const [plain, changed, proof] = commands({
      kernels: [swept('v6.12'), swept('patch', { pcideSet: 'nothing' })],
      scopes: [{ layout: 'roles', bounds: { spaces: 1 } }],
      prove: true,
    }).filter((_, i) => [0, 2, 3].includes(i));
    expect(plain).toMatch(
      /^npx vtlb check --kernel v6\.12 --contract kvm --layout roles --bound spaces=1 --workers 1 --answer sweep\/[0-9a-f]{16}\.json$/,
    );
    expect(changed).toMatch(
      /^npx vtlb check --kernel patch --set pcideSet=nothing --contract kvm --layout roles /,
    );
    expect(proof).toMatch(
      /^npx vtlb prove --kernel patch --set pcideSet=nothing --contract kvm --answer sweep\/\w+\.json$/,
    );
  });

  it('names the bounds in which the layout is not as it is by itself, and limits where there are some', () => {
    const plan = {
      ...planned({ bounds: { frames: [2], cachedRoots: [0] } }),
      means: { workers: 4, maxMemory: 2000 },
    };
    expect(linesOf(plan, '.').map(commandOf)[0]).toMatch(
      /--layout minimal --bound cachedRoots=0 --workers 4 --max-memory 2000 --answer \w+\.json$/,
    );
  });

  it('quotes what a shell would take apart', () => {
    const kernel = { ...swept('v6.12'), kernel: "it's mine.ts" };
    expect(commands({ kernels: [kernel] })[0]).toContain(`--kernel 'it'\\''s mine.ts' --contract`);
  });
});

describe('the digest of an answer', () => {
  const place = { layout: 'minimal', bounds: searches({})[0]?.bounds } as Parameters<typeof searchOf>[2];
  const kernel = swept('v6.12');
  const digest = (search: Search, build = BUILD) => digestOf(search, build);
  const plain = digest(searchOf(kernel, 'kvm', place));

  it('is of all that decides it', () => {
    const roomy = place && { ...place, bounds: { ...place.bounds, frames: 3 } };
    const others = [
      digest(searchOf(kernel, 'kvm', place), 'b'.repeat(64)),
      digest(searchOf(swept('patch'), 'kvm', place)),
      digest(searchOf(swept('v6.12', { pcideSet: 'nothing' }), 'kvm', place)),
      digest(searchOf({ ...kernel, decisions: swept('patch').decisions }, 'kvm', place)),
      digest(searchOf({ ...kernel, overrides: { module: 'a', digest: '1' } }, 'kvm', place)),
      digest(searchOf({ ...kernel, overrides: { module: 'a', digest: '2' } }, 'kvm', place)),
      digest(searchOf({ ...kernel, linux: true, code: { product: 'a', digest: '1' } }, 'kvm', place)),
      digest(searchOf({ ...kernel, linux: true, code: { product: 'a', digest: '2' } }, 'kvm', place)),
      digest(searchOf(kernel, 'sdm', place)),
      digest(searchOf(kernel, 'kvm', { layout: 'smp', bounds: place?.bounds as never })),
      digest(searchOf(kernel, 'kvm', roomy)),
      digest(searchOf(kernel, 'kvm', null)),
    ];
    expect(new Set([plain, ...others]).size).toBe(others.length + 1);
  });

  it('is of nothing else', () => {
    const elsewhere = { ...kernel, overrides: { module: 'here', digest: '1' } };
    const moved = { ...kernel, overrides: { module: 'there', digest: '1' } };
    expect(digest(searchOf(moved, 'kvm', place))).toBe(digest(searchOf(elsewhere, 'kvm', place)));
    const set = { pcideSet: 'nothing', roleChange: 'keep-roots' };
    const other = { roleChange: 'keep-roots', pcideSet: 'nothing' };
    expect(digest(searchOf({ ...kernel, set }, 'kvm', place))).toBe(
      digest(searchOf({ ...kernel, set: other }, 'kvm', place)),
    );
  });
});

describe('the file of a plan', () => {
  const plan = {
    ...planned({ scopes: SCOPES.slice(0, 2), prove: true }),
    leftOut: [{ kernel: 'k', layout: 'l', why: 'w' }],
  };
  const changed = (change: (file: Record<string, unknown>) => void) => {
    const file = JSON.parse(planText(plan));
    change(file);
    return () => readPlan(JSON.stringify(file), BUILD);
  };

  it('is read as it was written', () => expect(readPlan(planText(plan), BUILD)).toEqual(plan));

  it('is refused where it is none, or of another build, or changed', () => {
    expect(() => readPlan('{', BUILD)).toThrow(PlanError);
    expect(() => readPlan('[]', BUILD)).toThrow("expected a plan of format 'vtlb plan 1'");
    expect(() => readPlan(planText(plan), 'b')).toThrow('it is of another build of vtlb');
    expect(changed((file) => (file.means = {}))).toThrow('expected searches, what is left out, and means');
    expect(changed((file) => (file.leftOut = [1]))).toThrow('entry 1 of what is left out');
    const kernel = (to: string) =>
      changed((file) => {
        const [, second] = file.searches as { search: { kernel: string } }[];
        if (second !== undefined) second.search.kernel = to;
      });
    expect(kernel('v6.12')()).toEqual(plan);
    expect(kernel('v5.12')).toThrow('search 2: expected one with its digest');
  });
});
