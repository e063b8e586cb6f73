// Exported tests, built in a tree of kvm-unit-tests and booted beside the traces.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportError } from '../../dist/src/export/export-error.js';
import { exportTrace } from '../../dist/src/export/formats.js';
import { expectedBySdm, expectedOnKvm } from '../../dist/src/kvm/expect.js';
import { replay } from '../../dist/src/replay/replay.js';
import { formatEvent } from '../../dist/src/trace/print.js';
import { MissingError } from './rig/error.mjs';
import { worldOf } from './session.mjs';

/** Where there is a tree, for those who have none. */
const ORIGIN = 'https://gitlab.com/kvm-unit-tests/kvm-unit-tests.git';

/**
 * The traces that can be exported, as images; the tree itself stays as it is.
 *
 * @returns by file name, the images; and each test's name, file and trace
 */
export function buildUnitTests(tree, traces, { hasPcid, record, say }) {
  if (!existsSync(join(tree, 'x86', 'unittests.cfg')))
    throw new MissingError(
      `--kvm-unit-tests ${tree}: expected a tree of kvm-unit-tests. To have one: git clone ${ORIGIN}`,
    );
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-unit-tests-'));
  try {
    cpSync(tree, folder, { recursive: true, filter: (path) => !path.endsWith('.git') });
    const tests = traces.flatMap((trace, i) => {
      const code = codeOf(trace, record);
      // A test that reports nothing is skipped by the tree.
      if (code === null || !code.includes('\treport(')) return [];
      if (!hasPcid && /X86_FEATURE_(INV)?PCID/.test(code)) return [];
      const file = `vtlb_${i}`;
      writeFileSync(join(folder, 'x86', `${file}.c`), code);
      return [{ file: `${file}.flat`, trace }];
    });
    say(`${tests.length} tests are built in a copy of ${tree}`);
    build(folder, tests);
    const images = new Map(tests.map(({ file }) => [file, readFileSync(join(folder, 'x86', file))]));
    return { tests, images };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Null for a trace that is no test. */
function codeOf(trace, record) {
  const world = worldOf(trace, record);
  const names = { kernel: record, base: record, set: {}, overridden: [], architecture: [] };
  const setting = { contract: 'kvm', layout: trace.layout, bounds: trace.bounds };
  const lines = trace.events.map((_, i) => i + 1);
  try {
    return exportTrace('kvm-unit-tests', {
      ...names,
      ...setting,
      lines,
      world,
      replay: replay(world, trace.events),
    });
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    return null;
  }
}

function build(folder, tests) {
  const run = (program, args) => {
    try {
      execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      throw new MissingError(
        `the tests cannot be built: ${error.stderr || error.message}. On Debian: apt-get install gcc make`,
      );
    }
  };
  run('./configure', ['--arch=x86_64']);
  run('make', [`-j${availableParallelism()}`, ...tests.map(({ file }) => `x86/${file}`)]);
}

/**
 * Holds what the tests said against what the record, and with no shadow paging the SDM, says that they read. A test must
 * fail at the accesses that read what the SDM does not allow, and at no other.
 */
export function judgeUnitTests({ tests }, [shadow, direct], record) {
  const failing = [];
  const wrong = [];
  for (const { file, trace } of tests) {
    const world = worldOf(trace, record);
    const allowed = expectedBySdm(world, trace.events);
    const { failures, why } = judgeTest(shadow.report, file, expectedOnKvm(world, trace.events), allowed);
    failing.push(...failures.map((failure) => ({ test: trace.name, ...failure })));
    if (why !== null) wrong.push({ test: trace.name, why });
    const without = direct === undefined ? null : judgeTest(direct.report, file, allowed, allowed).why;
    if (without !== null) wrong.push({ test: trace.name, why: `without shadow paging: ${without}` });
  }
  const control =
    direct === undefined ? null : tests.length - wrong.filter(({ why }) => why.startsWith('without')).length;
  return { tests: tests.length, failing, wrong, control };
}

function judgeTest(report, file, expected, allowed) {
  const failures = [];
  const said = new RegExp(`^boot /${file}\n([^]*?)^booted /${file} (.*)$`, 'm').exec(report);
  if (said === null) return { failures, why: 'nothing was heard of it' };
  const [, text, end] = said;
  const reads = [...text.matchAll(/^(PASS|FAIL): (line (\d+): .*?): expected .*, found f(\d+) /gm)];
  const accesses = expected.filter(({ event }) => event.kind === 'access').length;
  if (reads.length !== accesses)
    return { failures, why: `it reports ${reads.length} of ${accesses} accesses` };
  for (const [, verdict, line, number, frame] of reads) {
    const i = Number(number) - 1;
    const found = frame === '0' ? '#PF P=0' : `f${frame}`;
    const passes = allowed[i].may.includes(found);
    if (!expected[i].may.includes(found))
      return { failures, why: `${line}: found ${found}, expected ${expected[i].may.join(' or ')}` };
    if (passes !== (verdict === 'PASS'))
      return {
        failures,
        why: `${line}: ${formatEvent(expected[i].event)} reads ${found}, and the test says ${verdict}`,
      };
    if (!passes) failures.push({ line, found });
  }
  const status = failures.length > 0 ? 'status 1' : 'status 0';
  return { failures, why: end === status ? null : `it ended with ${end}, and not with ${status}` };
}
