import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { vtlb, vtlbUntil } from '../../run-vtlb.ts';
import { BUILT_SPEC, kernelFiles } from './kernel-files.ts';

const TINY = ['spaces=1', 'pcids=1', 'cachedRoots=0'].flatMap((bound) => ['--bound', bound]);
const { home, scratch, file } = kernelFiles();

/** JavaScript that finds vtlb, and is not compiled. */
const script = (name: string, text: string) =>
  file(
    name,
    `import * as vtlb from '${BUILT_SPEC}';\nconst { defineKernel, invlpg, kvm } = vtlb;\n${text}\n`,
  );

/** A kernel with an INVLPG whose sections are these beside v6.12's. */
const ownInvlpg = (sections: string) =>
  `export default defineKernel({ base: 'v6.12', reducers: { invlpg: { ...invlpg, ${sections} } } });`;

describe('a kernel that is judged by its own processor', () => {
  const path = script('judge.mjs', ownInvlpg('guestTlb: () => [], hardware: () => [], kvm: () => {}'));

  it('says so in the first line', () => {
    const words = `kernel ${path} (v6.12) with its own invlpg, JUDGED BY ITS OWN guestTlb of invlpg, hardware of invlpg,`;
    for (const args of [
      ['check', path, ...TINY],
      ['replay', '-', '--kernel', path],
    ])
      expect(vtlb(args, 'access u0\n').stdout.split('\n')[0]).toContain(words);
    expect(vtlb(['kernels', 'v6.12', path]).stdout).toContain(
      `${path} is JUDGED BY ITS OWN guestTlb of invlpg, hardware of invlpg.`,
    );
  });

  it('says so as data', () => {
    const { architecture } = JSON.parse(vtlb(['check', path, ...TINY, '--json']).stdout);
    expect(architecture).toEqual(['guestTlb of invlpg', 'hardware of invlpg']);
    const plain = script('plain.mjs', ownInvlpg('kvm: () => {}'));
    expect(JSON.parse(vtlb(['check', plain, ...TINY, '--json']).stdout).architecture).toEqual([]);
  });
});

const READ_ONLY = / \(a kernel file may not change the specification, by which it is judged\)\n$/;

describe('a kernel file that changes the specification is refused', () => {
  it.each([
    ['a list', 'vtlb.ALWAYS.length = 0;'],
    ['a property', 'vtlb.ALWAYS[0].violation = () => null;'],
    ['a table', 'vtlb.REQUIRED_INVALIDATIONS.invlpg = () => [];'],
    ['a reducer', 'vtlb.invlpg.guestTlb = () => [];'],
    ['a contract', "Object.defineProperty(vtlb.CONTRACTS.kvm, 'refill', { value: 'never' });"],
    ['a named kernel', 'delete vtlb.KERNELS.naive.pcideSet;'],
  ])('%s', (name, edit) => {
    const path = script(`${name}.mjs`, `${edit}\n${ownInvlpg('')}`);
    const { status, stdout, stderr } = vtlb(['check', path, ...TINY]);
    expect(stderr.startsWith(`error: ${path}: `)).toBe(true);
    expect(stderr).toMatch(READ_ONLY);
    expect([status, stdout]).toEqual([2, '']);
  });

  it.each([
    ['the contract', "here.world.contract.refill = 'never';"],
    ['the layout', 'here.world.layout.events.length = 0;'],
    ['its own record', "here.world.kernel.pcideSet = 'nothing';"],
  ])('as it runs: %s', (name, edit) => {
    const path = script(
      `${name}.mjs`,
      ownInvlpg(`kvm: (here, event) => { ${edit} invlpg.kvm(here, event); }`),
    );
    const { status, stdout, stderr } = vtlb(['check', path, ...TINY]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*: its invlpg failed: .*(read only|only a getter)/);
  });
});

describe('a kernel file that fails in its own way ends with code 2 and one line that names it', () => {
  it.each([
    ['null.mjs', 'export default defineKernel({ base: "v6.12", reducers: null });', 'reducers is no object'],
    [
      'getter.mjs',
      'export default defineKernel({ get base() { throw new Error("not\\n\\u001b[31mnow"); } });',
      'not ?[31mnow',
    ],
    [
      'forged.mjs',
      'export default { [Symbol.for("vtlb.definition")]: { get base() { throw new Error("late"); } } };',
      'late',
    ],
    ['timer.mjs', 'setTimeout(() => { throw new Error("tick"); }, 1);\nexport default 1;', 'is no kernel'],
    ['ticks.mjs', `setTimeout(() => { throw new Error('tick'); }, 1);\n${ownInvlpg('')}`, 'tick'],
    [
      'rejects.mjs',
      `setTimeout(() => Promise.reject(Object.create(null)), 1);\n${ownInvlpg('')}`,
      'The promise rejected with the reason',
    ],
    [
      'twice.mjs',
      `let n = 0;\n${ownInvlpg('kvm: () => { n++; throw new Error("x".repeat(1e6)); }')}`,
      'its invlpg failed: xxx',
    ],
  ])('%s', (name, text, message) => {
    const path = script(name, text);
    const { status, stdout, stderr } = vtlb(['check', path, '--layout', 'minimal']);
    expect(stderr).toMatch(/^error: .{1,3000}\n$/);
    expect(stderr).toContain(path);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('a kernel file that never comes to an end', () => {
  /** Where it says that it loops. */
  const marker = join(home, 'marker');
  const isLooping = () => existsSync(marker);
  const loops = `// @ts-ignore: kernel files are checked without the types of Node
    import { writeFileSync } from 'node:fs';
    ${ownInvlpg(`kvm: () => { writeFileSync('${marker}', ''); for (;;); }`)}`;
  afterEach(() => rmSync(marker, { force: true }));

  it.each([
    ['as it is loaded', 'for (;;);', []],
    ['as it is loaded, taking turns', 'setInterval(() => {}, 1);\nawait new Promise(() => {});', []],
    ['in a search', loops, ['--layout', 'minimal']],
    ['in many searches', loops, []],
    ['in random walks', loops, ['--simulate', '9']],
  ])('%s, is ended by a limit on time', (name, text, args) => {
    const path = script(`${name}.mjs`, text);
    const start = performance.now();
    const { status, stdout, stderr } = vtlb(['check', path, '--max-seconds', '1', ...args]);
    expect(status).toBe(3);
    expect(`${stdout}${stderr}`).toContain('the limit on time');
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('does not keep a command from ending that is done', () => {
    const path = script('interval.mjs', `setInterval(() => {}, 1000);\n${ownInvlpg('')}`);
    expect(vtlb(['check', path, ...TINY]).status).toBe(0);
  });

  it.each([
    ['a signal', ['SIGINT']],
    ['two, as a terminal and who carries out a sweep send them', ['SIGINT', 'SIGTERM']],
  ] as const)('is ended by %s, with what is known', async (_, signals) => {
    const path = script('signal.mjs', loops);
    const { status, stdout, stderr } = await vtlbUntil(signals, isLooping, [
      'check',
      path,
      ...TINY,
      '--json',
    ]);
    expect([status, JSON.parse(stdout)]).toMatchObject([
      3,
      { kernel: path, verdict: 'stopped', violation: null },
    ]);
    expect(stderr).toContain(`${path}: stopped by an interrupt`);
  });

  it('is killed by a signal where a command has nothing to tell, and leaves nothing behind', async () => {
    const path = file('replayed.ts', `import { defineKernel, invlpg } from 'vtlb/spec';\n${loops}\n`);
    const trace = file('a.trace', 'invlpg u0\n');
    const { status } = await vtlbUntil('SIGTERM', isLooping, ['replay', trace, '--kernel', path]);
    expect([status, readdirSync(scratch)]).toEqual([null, []]);
  });
});
