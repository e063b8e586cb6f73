import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { OverridesSource } from '../../../src/engine/overrides.ts';
import { vtlb } from '../../run-vtlb.ts';
import { builtSearch } from '../checker/built.ts';
import { NO_LIMITS } from '../checker/support.ts';
import { BUILT_SPEC, kernelFiles } from './kernel-files.ts';

const EXAMPLE = 'test/examples/invlpg-active-pcid.ts';
const SMALL = ['--bound', 'cachedRoots=1', '--bound', 'pcids=1'];
const TINY = ['--bound', 'cachedRoots=1', '--bound', 'spaces=1'];
const BUILT_MODEL = new URL('../../../dist/src/engine/memo/create.js', import.meta.url).href;
const { home, scratch, file } = kernelFiles();

/** Runs the command; whatever it comes to, nothing of it stays in the folder for temporary files. */
function run(args: readonly string[], input = '') {
  const ran = vtlb(args, input);
  expect(readdirSync(scratch)).toEqual([]);
  return ran;
}

const json = (...args: string[]) => {
  const { status, stdout, stderr } = run(['check', ...args, '--json']);
  expect(stderr).toBe('');
  return { status, value: JSON.parse(stdout) };
};

const counts = ({ states, transitions, depth, verdict, complete }: Record<string, unknown>) => ({
  states,
  transitions,
  depth,
  verdict,
  complete,
});

const DECISIONS_ONLY = `import { defineKernel } from 'vtlb/spec';
export default defineKernel({ base: 'patch', pcideSet: 'nothing' });
`;

/** The example's kernel, with a handler that is v6.12's own. */
const SAME = `import { defineKernel, invlpg, kvm } from 'vtlb/spec';
export default defineKernel({
  base: 'v6.12',
  reducers: { invlpg: { ...invlpg, kvm: (here, { page }) => kvm.invlpg(here, page) } },
});
`;

describe('a kernel file that changes decisions', () => {
  it('is searched as a named one, and comes to what --set comes to', () => {
    const path = file('decisions.ts', DECISIONS_ONLY);
    const mine = json(path, ...SMALL);
    const named = json('--kernel', 'patch', '--set', 'pcideSet=nothing', ...SMALL);
    expect(mine.status).toBe(1);
    expect(mine.value).toMatchObject({
      kernel: path,
      base: 'patch',
      overridden: [],
      set: { pcideSet: 'nothing' },
      tlbs: 'apart',
    });
    expect(counts(mine.value)).toEqual(counts(named.value));
    expect(mine.value.violation).toEqual(named.value.violation);
  });

  it('goes wherever --kernel goes, and --set applies on top', () => {
    const path = file('decisions.mts', DECISIONS_ONLY);
    const { value } = json('--kernel', path, '--set', 'pcideSet=unload', ...SMALL);
    expect([value.set, value.verdict]).toEqual([{ pcideSet: 'unload' }, 'holds']);

    const trace = 'spec/scenarios/message.trace';
    const replayed = JSON.parse(run(['replay', trace, '--kernel', path, '--json']).stdout);
    expect([replayed.kernel, replayed.set, replayed.verdict]).toEqual([
      path,
      { pcideSet: 'nothing' },
      'stale',
    ]);
    expect(run(['replay', trace, '--kernel', path]).stdout).toContain(
      `kernel ${path} (patch) pcideSet=nothing,`,
    );

    const { stdout } = run(['kernels', 'patch', path]);
    expect(stdout.trimEnd().split('\n').slice(2)).toEqual([
      expect.stringMatching(/^pcideSet +reload +nothing$/),
    ]);
  });

  it('may import other files, and be JavaScript where vtlb is installed', () => {
    file('base.ts', "export const base = 'v6.12';");
    const path = file(
      'imports.ts',
      DECISIONS_ONLY.replace("'patch'", 'base').replace('', "import { base } from './base.ts';"),
    );
    expect(json(path, ...SMALL).value).toMatchObject({ base: 'v6.12', verdict: 'violated' });
    const script = file('script.mjs', DECISIONS_ONLY.replace('vtlb/spec', BUILT_SPEC));
    expect(json(script, ...SMALL).value).toMatchObject({ base: 'patch', verdict: 'violated' });
  });
});

describe('a kernel file that overrides a reducer', () => {
  it('is searched as any other, and breaks where its reducer does', () => {
    const bounds = ['--layout', 'kernel', '--bound', 'userPages=0', '--bound', 'cachedRoots=1'];
    const { status, value } = json(EXAMPLE, ...bounds);
    expect(status).toBe(1);
    expect(value).toMatchObject({ base: 'v6.12', overridden: ['invlpg'], set: {}, tlbs: 'apart' });
    expect(counts(value)).toEqual({
      states: 1348,
      transitions: 8286,
      depth: 5,
      verdict: 'violated',
      complete: false,
    });
    const whole = json(EXAMPLE, ...bounds, '--tlbs', 'whole').value;
    expect([whole.states, whole.transitions, whole.violation]).toEqual([1967, 10984, value.violation]);
    expect(value.violation).toMatchObject({
      property: 'vtlb-within-guest-tlb',
      trace: ['access k0', 'mov-cr4 pcide=1 pge=1', 'write-pte a:k0 f2', 'mov-cr3 b pcid=1', 'invlpg k0'],
    });
    const { stdout } = run(['check', EXAMPLE, ...bounds]);
    expect(stdout).toContain(`kernel ${EXAMPLE} (v6.12) with its own invlpg, contract kvm`);

    const trace = value.violation.trace.join('\n');
    const replay = (kernel: string) =>
      run(['replay', '-', '--layout', 'kernel', '--kernel', kernel, '--json'], trace);
    expect(JSON.parse(replay(EXAMPLE).stdout).verdict).toBe('stale');
    expect(JSON.parse(replay('v6.12').stdout).verdict).toBe('clean');
  });

  it('counts what the named kernel counts if the override is equal to what it overrides', () => {
    const { status, value } = json(file('same.ts', SAME), ...TINY);
    expect(status).toBe(0);
    const named = json('--kernel', 'v6.12', ...TINY).value;
    expect(counts(value)).toEqual(counts(named));
    expect(value.coverage).toEqual(named.coverage);
    expect(value.complete).toBe(true);
    const whole = (...kernel: string[]) => counts(json(...kernel, ...TINY, '--tlbs', 'whole').value);
    expect(whole(file('same.ts', SAME))).toEqual(whole('--kernel', 'v6.12'));
  });

  it('is walked at random', () => {
    const { value } = json(file('walked.ts', SAME), '--simulate', '20', '--length', '20');
    expect([value.tlbs, value.walks, value.verdict]).toEqual(['apart', 20, 'sampled']);
  });

  it('is loaded by worker threads too', async () => {
    const script = file(
      'worker.mjs',
      SAME.replace('vtlb/spec', BUILT_SPEC).replace('kvm.invlpg(here, page)', '{}'),
    );
    const data = {
      kernel: KERNELS['v6.12'],
      contract: CONTRACTS.kvm,
      layout: LAYOUTS.minimal,
      bounds: { cachedRoots: 0, pcids: 1 },
      tlbs: 'apart',
      flushesOrdered: false,
    };
    const search = await builtSearch();
    const searched = (workers: number, overrides?: OverridesSource) =>
      search({
        source: { module: BUILT_MODEL, data: { ...data, overrides } },
        symmetry: false,
        workers,
        limits: NO_LIMITS,
        handOver: 100,
      });
    const overrides = { module: pathToFileURL(script).href, digest: '' };
    const broken = await searched(2, overrides);
    expect(broken.found.length).toBeGreaterThan(0);
    expect({ ...broken, bytes: 0 }).toEqual({ ...(await searched(1, overrides)), bytes: 0 });
    expect(broken.states).not.toBe((await searched(2)).states);
  });
});

/** A kernel with an INVLPG of its own, which does what a text says. */
const ownInvlpg = (kvm: string) => `import { defineKernel, invlpg, kvm } from 'vtlb/spec';
let n = 0;
export default defineKernel({
  base: 'v6.12',
  reducers: { invlpg: { ...invlpg, kvm: ${kvm} } },
});
`;

describe('a reducer that is no function of the state ends a check, and is named', () => {
  const PROPER = 'kvm.invlpg(here, page)';
  it.each([
    ['random.ts', `(here, { page }) => { if (Math.random() < 0.5) ${PROPER}; }`],
    ['counter.ts', `(here, { page }) => { if (++n % 3 !== 0) ${PROPER}; }`],
    [
      'hidden.ts',
      `(here, { page }) => {
        const vcpu = here.vcpu as { seen?: true };
        if (!vcpu.seen) ${PROPER};
        vcpu.seen = true;
      }`,
    ],
  ])('%s', (name, text) => {
    const path = file(name, ownInvlpg(text));
    const { status, stdout, stderr } = run(['check', path, '--layout', 'minimal']);
    expect(stderr).toMatch(
      /^error: .*: its invlpg failed: reducer invlpg is no function of the state: .*\n$/,
    );
    expect(stderr).toContain(path);
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('a kernel file that is none ends with code 2 and one message', () => {
  it.each([
    ['types.ts', DECISIONS_ONLY.replace('nothing', 'never'), /types\.ts:2:\d+: .*"never"/],
    ['decision.ts', DECISIONS_ONLY.replace('pcideSet', 'pcideSett'), /decision\.ts:2:\d+: .*'pcideSett'/s],
    ['event.ts', SAME.replace('{ invlpg:', "{ 'mov-cr5':"), /event\.ts:4:\d+: .*'mov-cr5'/s],
    ['event-type.ts', SAME.replace('{ page }', '{ pcid }'), /event-type\.ts:4:\d+: .*'pcid'/],
    ['none.ts', 'export const kernel = 5;', /none\.ts: its default export is no kernel/],
    ['default.ts', 'export default 5;', /default\.ts: its default export is no kernel/],
    [
      'cast.ts',
      DECISIONS_ONLY.replace("'nothing'", "'never' as 'nothing'"),
      /cast\.ts: decision pcideSet has no value 'never'/,
    ],
    ['throws.ts', "throw new Error('my mistake');", /throws\.ts: my mistake/],
    [
      'throws-later.ts',
      SAME.replace('kvm.invlpg(here, page)', '{ throw new Error(page); }'),
      /throws-later\.ts: its invlpg failed: [uk]0/,
    ],
    ['nowhere.mjs', DECISIONS_ONLY, /nowhere\.mjs: Cannot find package 'vtlb'.*a \.ts file finds vtlb/s],
    ['syntax.js', 'export default (', /syntax\.js: Unexpected end of input/],
  ])('%s', (name, text, message) => {
    const { status, stdout, stderr } = run(['check', file(name, text)]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain('    at ');
    expect([status, stdout]).toEqual([2, '']);
  });

  it.each([
    [['check', 'no-such.ts'], 'no-such.ts: cannot be read (ENOENT)'],
    [
      ['replay', 'spec/scenarios/message.trace', '--kernel', 'no-such.js'],
      'no-such.js: cannot be read (ENOENT)',
    ],
    [['check', EXAMPLE, '--kernel', 'v6.1'], `expected one kernel, found ${EXAMPLE} and --kernel v6.1`],
    [['check', 'v6.1'], 'v6.1: expected a .ts, .mts, .js or .mjs file; a kernel by name is --kernel v6.1'],
    [['check', '--kernel', 'v6.1x'], 'or a .ts, .mts, .js or .mjs file that defines one'],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
  });

  it.each([
    ['exits.mjs', 'process.exit(0);', 'it ended the process while it was loaded, or never finished'],
    [
      'waits.mjs',
      'await new Promise(() => {});',
      'it ended the process while it was loaded, or never finished',
    ],
    ['rejects.mjs', "Promise.reject(new Error('no'));\nexport default 1;", 'no'],
    ['throws.mjs', 'throw Object.create(null);', '[Object: null prototype] {}'],
  ])('a module that fails in its own way: %s', (name, text, message) => {
    const path = file(name, `${text}\n`);
    const { status, stdout, stderr } = run(['check', path, ...TINY]);
    expect([status, stdout, stderr]).toEqual([2, '', `error: ${path}: ${message}\n`]);
  });

  it('names the line of a syntax error in JavaScript', () => {
    const path = file('syntax.mjs', 'const a = 1;\nconst b = {;\n');
    const { status, stderr } = run(['check', path]);
    expect([status, stderr]).toEqual([2, `error: ${path}:2: Unexpected token ';'\n`]);
  });

  it('a reducer that throws anything is to blame', () => {
    const path = file(
      'throws.ts',
      `import { defineKernel, invlpg } from 'vtlb/spec';
      const kvm = () => { throw 'a text'; };
      export default defineKernel({ base: 'v6.12', reducers: { invlpg: { ...invlpg, kvm } } });\n`,
    );
    const { status, stderr } = run(['check', path, ...TINY]);
    expect([status, stderr]).toEqual([2, `error: ${path}: its invlpg failed: 'a text'\n`]);
  });

  it('expects a folder for temporary files', () => {
    process.env.TMPDIR = join(scratch, 'no-such-folder');
    try {
      const { status, stderr } = vtlb(['check', EXAMPLE]);
      expect([status, stderr.split(': ').slice(1, 3)]).toEqual([
        2,
        [`${EXAMPLE} cannot be compiled`, 'expected a folder for temporary files, set by TMPDIR'],
      ]);
    } finally {
      process.env.TMPDIR = scratch;
    }
  });
});

it('what a kernel file logs does not mix with what the command prints', () => {
  const path = file(
    'logs.mjs',
    `import { defineKernel } from '${BUILT_SPEC}';
    console.log('hello');
    export default defineKernel({ base: 'v6.12' });\n`,
  );
  const { stdout, stderr } = run(['check', path, ...TINY, '--max-states', '10', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ kernel: path });
  expect(stderr).toBe('hello\n');
});

it('a search does not go on with a kernel whose imports have changed', () => {
  const reducer = (text: string) =>
    file('reducer.ts', `import { invlpg } from 'vtlb/spec';\nexport const own = ${text};\n`);
  reducer('{ ...invlpg }');
  const path = file(
    'imports.ts',
    `import { defineKernel } from 'vtlb/spec';
    import { own } from './reducer.ts';
    export default defineKernel({ base: 'v6.12', reducers: { invlpg: own } });\n`,
  );
  const checkpoint = join(home, 'imports.checkpoint');
  const args = ['check', path, ...TINY, '--max-states', '50'];
  expect(run([...args, '--checkpoint', checkpoint]).status).toBe(3);
  expect(run([...args, '--resume', checkpoint]).status).toBe(3);
  reducer('{ ...invlpg, kvm: () => {} }');
  const { status, stderr } = run([...args, '--resume', checkpoint]);
  expect([status, stderr.split(': ').slice(0, 3)]).toEqual([
    2,
    ['error', `cannot resume from ${checkpoint}`, 'it is of another model'],
  ]);
});
