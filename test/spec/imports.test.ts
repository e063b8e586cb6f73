import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const SPEC = new URL('../../spec/', import.meta.url);

/** Every source in a folder of spec/, as `FOLDER/FILE`. */
const FILES = readdirSync(SPEC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && file.includes('/'),
);

/** What a source imports or re-exports from, values and types alike. */
function importsOf(file: string): string[] {
  const source = readFileSync(new URL(file, SPEC), 'utf8');
  return [...source.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    (found) => found[1] as string,
  );
}

/** The same of other sources: where each lies from spec/ on. */
function sourcesOf(file: string): string[] {
  const relative = importsOf(file).filter((name) => name.startsWith('.'));
  return relative.map((name) => new URL(name, new URL(file, SPEC)).href.replace(SPEC.href, ''));
}

const folderOf = (file: string) => file.slice(0, file.indexOf('/'));

type Folders = ReadonlyMap<string, ReadonlySet<string>>;

/** By folder of spec/: the others that its files import. */
const FOLDERS: Folders = new Map(
  [...new Set(FILES.map(folderOf))].map((folder) => {
    const inFolder = FILES.filter((file) => folderOf(file) === folder);
    return [
      folder,
      new Set(
        inFolder
          .flatMap(sourcesOf)
          .map(folderOf)
          .filter((name) => name !== folder),
      ),
    ];
  }),
);

/** The folders that import each other in a circle, or one that does; each with those of them that it imports. */
function circular(folders: Folders): string[] {
  const left = new Map(folders);
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const [folder, imported] of left)
      if (![...imported].some((name) => left.has(name))) left.delete(folder);
  }
  return [...left].map(
    ([folder, imported]) => `${folder} -> ${[...imported].filter((name) => left.has(name)).join(', ')}`,
  );
}

describe('the folders of spec/', () => {
  it('are read with all that they import, types too', () => {
    expect(FOLDERS.size).toBeGreaterThan(10);
    expect(FOLDERS.get('step')).toContain('reducers');
    expect(FOLDERS.get('state')).toEqual(new Set());
    expect(FOLDERS.get('world')).toContain('contracts');
  });

  it('import each other in one direction', () => {
    expect(circular(FOLDERS)).toEqual([]);
  });

  it('would be found in a circle, of two or of more', () => {
    const two: Folders = new Map([...FOLDERS, ['state', new Set(['world'])]]);
    expect(circular(two)).toContain('state -> world');
    const three: Folders = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['a', 'd'])],
      ['d', new Set()],
    ]);
    expect(circular(three)).toEqual(['a -> b', 'b -> c', 'c -> a']);
  });
});

describe('spec/ imports', () => {
  it('no source outside it', () => {
    const outside = FILES.flatMap((file) =>
      sourcesOf(file)
        .filter((source) => !FILES.includes(source))
        .map((source) => `${file} imports ${source}`),
    );
    expect(outside).toEqual([]);
  });

  it('one package', () => {
    const packages = FILES.flatMap(importsOf).filter((name) => !name.startsWith('.'));
    expect([...new Set(packages)]).toEqual(['ts-pattern']);
  });
});
