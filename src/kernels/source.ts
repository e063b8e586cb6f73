import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import { packageRoot } from '../package-root.ts';

/** The folders of the specification in which KVM's functions stand, and the handlers that call them. */
const FOLDERS = ['spec/kvm', 'spec/reducers'];

/** A source of the specification: its path from the package's folder, and what the compiler's parser made of it. */
export interface SpecFile {
  readonly path: string;
  readonly source: SourceFile;
}

/** Parses the sources in which KVM's functions stand. They are shipped with the package. */
export function parseSpec(): SpecFile[] {
  const files = new Map(FOLDERS.flatMap(filesIn).map(([path, text]) => [`/${path}`, text]));
  const config = { compilerOptions: { noLib: true, noResolve: true, types: [] }, files: [...files.keys()] };
  files.set('/tsconfig.json', JSON.stringify(config));
  const api = new API({ cwd: '/', fs: only(files) });
  try {
    const [project] = api.updateSnapshot({ openProjects: ['/tsconfig.json'] }).getProjects();
    return [...files.keys()].flatMap((path) => {
      const source = project?.program.getSourceFile(path);
      return source === undefined ? [] : [{ path: path.slice(1), source }];
    });
  } finally {
    api.close();
  }
}

function filesIn(folder: string): [string, string][] {
  const names = readdirSync(join(packageRoot(), folder)).filter((name) => name.endsWith('.ts'));
  return names.map((name) => [`${folder}/${name}`, readFileSync(join(packageRoot(), folder, name), 'utf8')]);
}

/** A file system of these files alone, so that the compiler reads nothing else. */
function only(files: ReadonlyMap<string, string>) {
  return {
    readFile: (path: string) => files.get(path) ?? null,
    fileExists: (path: string) => files.has(path),
    directoryExists: (path: string) =>
      path === '/' || FOLDERS.some((folder) => `/${folder}`.startsWith(path)),
    getAccessibleEntries: () => ({ files: [], directories: [] }),
    realpath: (path: string) => path,
  };
}
