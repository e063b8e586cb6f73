import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pack } from './packed.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
}

const { bin, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

const { size, files } = pack();

/** The explorer's page is built by a tool of its own, which decides how its files end. */
const PATHS = files.map(({ path }) => path).filter((path) => !path.startsWith('dist/explorer/'));

/** A relative path of a module of ours in another, in an import or a URL. */
const RELATIVE = /['"](\.\.?\/[^'"]+\.[jt]s)['"]/g;

/** The files that can be loaded from these, by their text. */
function reachableFrom(starts: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const waiting = starts.map(normalize);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !existsSync(join(ROOT, file))) continue;
    seen.add(file);
    const text = readFileSync(join(ROOT, file), 'utf8');
    const isTypes = file.endsWith('.d.ts');
    for (const [, path = ''] of text.matchAll(RELATIVE)) {
      waiting.push(join(dirname(file), isTypes ? path.replace(/\.[jt]s$/, '.d.ts') : path));
    }
  }
  return seen;
}

/** The module that a file of `dist` is of, or its types. */
const moduleOf = (path: string) => path.replace(/\.(d\.ts|js)$/, '');

/** Whether a module is gone when its types are: only other modules' sources import it. */
const isTypesAlone = (module: string) =>
  readFileSync(join(ROOT, `${module}.js`), 'utf8').trim() === 'export {};';

describe('the package', () => {
  it('holds what is run, what is read, and nothing else', () => {
    const kinds = new Set(PATHS.map((path) => `${path.split('/')[0]} ${extname(path)}`));
    expect([...kinds].sort()).toEqual([
      'LICENSE ',
      'README.md .md',
      'dist .js',
      'dist .ts',
      'package.json .json',
      'proofs-notes .md',
      'spec .md',
      'spec .trace',
      'spec .ts',
    ]);
    expect(PATHS.filter((path) => path.startsWith('dist') && /(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  it('is small', () => expect(size).toBeLessThan(1_000_000));

  it('holds no module that neither the command nor an export can load', () => {
    const starts = [...Object.values(bin), ...Object.values(exports).flatMap(Object.values)];
    const reachable = new Set([...reachableFrom(starts)].map(moduleOf));
    expect(reachable.size).toBeGreaterThan(200);
    const modules = new Set(PATHS.filter((path) => path.startsWith('dist/')).map(moduleOf));
    const idle = [...modules].filter((each) => !reachable.has(each) && !isTypesAlone(each));
    expect(idle, 'if the sources lack it too, remove dist and build again').toEqual([]);
    const missing = [...reachable].filter((each) => each.startsWith('dist/') && !modules.has(each));
    expect(missing).toEqual([]);
  });

  it('exports its parts, each with types', () => {
    expect(Object.keys(exports)).toEqual(['.', './spec', './checker', './engine', './testing']);
    for (const { types, default: module } of Object.values(exports)) {
      for (const path of [types, module]) expect(PATHS).toContain(normalize(path));
    }
  });

  it('has every trace that its commands read', () => {
    const traces = readdirSync(join(ROOT, 'spec'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.trace'))
      .map((file) => join('spec', file));
    expect(traces.length).toBeGreaterThan(20);
    expect(PATHS.filter((path) => path.endsWith('.trace')).sort()).toEqual(traces.sort());
  });
});
