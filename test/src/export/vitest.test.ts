import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { defineKernel } from '../../../spec/define/kernel.ts';
import { ExportError } from '../../../src/export/export-error.ts';
import { exportTrace } from '../../../src/export/formats.ts';
import { runTrace } from '../../../src/export/trace-run.ts';
import { vtlb } from '../../run-vtlb.ts';
import { ALL_RUNS, scenarioRun } from './runs.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), 'vtlb-vitest-'));
symlinkSync(join(ROOT, 'node_modules'), join(FOLDER, 'node_modules'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const CONFIG = `import { defineConfig } from 'vitest/config';
export default defineConfig({
  root: ${JSON.stringify(FOLDER)},
  cacheDir: 'cache',
  resolve: {
    alias: [
      { find: /^vtlb$/, replacement: ${JSON.stringify(join(ROOT, 'src', 'index.ts'))} },
      { find: 'vtlb/spec', replacement: ${JSON.stringify(join(ROOT, 'spec', 'index.ts'))} },
    ],
  },
  test: { include: ['*.test.ts'], maxWorkers: 1, isolate: false },
});
`;

/** Which tests passed, by file; every file in one run of vitest. */
function passes(files: Readonly<Record<string, string>>): Record<string, boolean> {
  writeFileSync(join(FOLDER, 'vitest.config.ts'), CONFIG);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(FOLDER, `${name}.test.ts`), text);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--config',
      join(FOLDER, 'vitest.config.ts'),
      '--reporter=json',
    ],
    { cwd: FOLDER, encoding: 'utf8' },
  );
  const text = stdout.slice(stdout.indexOf('{'));
  if (text === '') throw new Error(stderr);
  const { testResults } = JSON.parse(text) as { testResults: { name: string; status: string }[] };
  return Object.fromEntries(
    testResults.map(({ name, status }) => [/([^/]*)\.test\.ts$/.exec(name)?.[1], status === 'passed']),
  );
}

/** A trace that is stale where kvm_vcpu_flush_tlb_guest leaves prev_roots alone, and nowhere else. */
const LEFT_ALONE = [
  'access u0',
  'mov-cr4 pcide=1',
  'write-pte a:u0 f2',
  'mov-cr3 b pcid=1',
  'invpcid all',
].join('\n');

/**
 * What the command writes for kernel files with functions of their own, beside them and elsewhere; and the same once the
 * function is gone, which must fail.
 */
function exportsOfOwn(): Record<string, string> {
  const own = "kvm: { syncPrevRoots: () => {} }, pcideSet: 'nothing'";
  const write = (name: string, what: string) =>
    writeFileSync(
      join(FOLDER, name),
      `import { defineKernel } from 'vtlb/spec';\nexport default defineKernel({ base: 'v6.12', ${what} });\n`,
    );
  const exported = (file: string, ...out: string[]) => {
    const args = ['export', '-', '--layout', 'kernel', '--kernel', file, '--to', 'vitest', ...out];
    const { status, stdout, stderr } = vtlb(args, LEFT_ALONE);
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  };
  write('own.ts', own);
  write('own-changed.ts', own);
  const placed = join(FOLDER, 'placed.out');
  exported(join(FOLDER, 'own.ts'), '--out', placed, '--set', 'pcideSet=unload');
  const texts = {
    'run-own': readFileSync(placed, 'utf8'),
    'changed-own': exported(join(FOLDER, 'own-changed.ts')).replace(/(?:\.\.\/)+.*\//, './'),
  };
  expect(texts['run-own']).toContain(
    "\nimport kernel from './own.ts';\n\nconst SETTING = {\n  kernel,\n  set: { pcideSet: 'unload' },\n",
  );
  expect(texts['changed-own']).toContain(
    "\n// As the path is from the folder in which this was exported.\nimport kernel from './own-changed.ts';\n",
  );
  write('own-changed.ts', "pcideSet: 'nothing'");
  return texts;
}

describe('a trace as a vitest file', () => {
  const stale = exportTrace('vitest', scenarioRun('message-mov-cr3', { kernel: 'v5.13' }));
  /** What is changed, and into what: each must make the test fail. */
  const changed: Readonly<Record<string, [from: string, to: string]>> = {
    kernel: ["kernel: 'v5.13'", "kernel: 'v5.14'"],
    verdict: ["toBe('stale')", "toBe('clean')"],
    read: ["['access u0', 'ok', [], ['f1'], []]", "['access u0', 'ok', [], ['f2'], []]"],
    request: ["['TLB_FLUSH_CURRENT']", '[]'],
    event: ['mov-cr4 pcide=1\n', 'mov-cr4 pge=1\n'],
    outcome: ["'mov-cr3 b noflush', 'ok'", "'mov-cr3 b noflush', '#GP'"],
    property: ["['vtlb-within-guest-tlb', 'prev-roots-outside-vtlb']", "['vtlb-within-guest-tlb']"],
  };

  it('passes for every trace and for a kernel file, and fails once a pinned value is another', () => {
    const files: Record<string, string> = exportsOfOwn();
    for (const [i, { run }] of ALL_RUNS.entries()) files[`run-${i}`] = exportTrace('vitest', run);
    files['run-set'] = exportTrace(
      'vitest',
      runTrace(
        {
          kernel: 'patch',
          set: { pcideSet: 'nothing' },
          contract: 'sdm',
          layout: 'kernel',
          bounds: { spaces: 3 },
        },
        'access k0\nmov-cr3 c noflush',
      ),
    );
    for (const [name, [from, to]] of Object.entries(changed)) {
      expect(stale).toContain(from);
      files[`changed-${name}`] = stale.replace(from, to);
    }
    const results = passes(files);
    expect(Object.keys(results).sort()).toEqual(Object.keys(files).sort());
    for (const [name, passed] of Object.entries(results))
      expect([name, passed]).toEqual([name, name.startsWith('run-')]);
  });

  it('is refused for functions of its own that come from nowhere', () => {
    const kernel = defineKernel({ base: 'v6.12', kvm: { syncPrevRoots: () => {} } });
    const run = scenarioRun('message', { kernel });
    expect(() => exportTrace('vitest', run)).toThrow(ExportError);
    expect(() => exportTrace('vitest', run)).toThrow('v6.12 has its own syncPrevRoots()');
  });
});
