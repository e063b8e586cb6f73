import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The sources of what the package exports. */
const ENTRIES = [
  'src/index.ts',
  'spec/index.ts',
  'src/checker/index.ts',
  'src/engine/index.ts',
  'src/testing/index.ts',
];

/** Something exported: where it is declared, and the comment before it. */
interface Exported {
  readonly name: string;
  readonly file: string;
  readonly isDocumented: boolean;
}

const DECLARATION =
  /^(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export (?:abstract |async )?(?:const|function|class|interface|type) (\w+)/gm;

const FROM = /^export (?:type )?(\*|\* as \w+|\{[^}]*\}) from '([^']+)';/gm;

/** What a module exports, with what it passes on from others. */
function exportsOf(file: string): Exported[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const own = [...text.matchAll(DECLARATION)].map(([, comment, name = '']) => ({
    name,
    file,
    isDocumented: comment !== undefined,
  }));
  const passedOn = [...text.matchAll(FROM)].flatMap(([, what = '', path = '']) => {
    const all = exportsOf(join(dirname(file), path));
    if (what.startsWith('*')) return all;
    return namesIn(what).map((name) => find(all, name, file));
  });
  return [...own, ...passedOn];
}

function namesIn(braces: string): string[] {
  const names = braces.slice(1, -1).split(',');
  return names.map((name) => name.replace(/^\s*type /, '').trim()).filter((name) => name !== '');
}

function find(all: readonly Exported[], name: string, file: string): Exported {
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${file} passes on ${name}, which is not declared where it says`);
  return found;
}

/** `npm run docs` says the same of more, but takes tools that the tests do without. */
describe('what the package exports is documented', () => {
  it.each(ENTRIES)('%s', (entry) => {
    expect(readFileSync(join(ROOT, entry), 'utf8')).toMatch(/^\/\*\*\n(?: \*.*\n)* \* @module vtlb/);
    const exported = exportsOf(entry);
    expect(exported.length).toBeGreaterThan(10);
    const bare = exported.filter(({ isDocumented }) => !isDocumented);
    expect(bare.map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
  });
});
