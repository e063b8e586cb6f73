import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/async';
import { packageRoot } from '../package-root.ts';

/** The folders of the specification in which KVM's functions stand, and the handlers that call them. */
const FOLDERS = ['spec/kvm', 'spec/reducers'];

/** A source: its path, of the specification's from the package's folder, and what the compiler's parser made of it. */
export interface SpecFile {
  readonly path: string;
  readonly source: SourceFile;
}

/** Parses the sources in which KVM's functions stand. They are shipped with the package. */
export function parseSpec(): Promise<SpecFile[]> {
  return parse(new Map(FOLDERS.flatMap(filesIn)));
}

/**
 * Parses some texts, by their paths. The parser is a process of its own, which the asynchronous interface ends by
 * closing its input; the synchronous one kills it, and it may complain.
 */
export async function parse(texts: ReadonlyMap<string, string>): Promise<SpecFile[]> {
  const files = new Map([...texts].map(([path, text]) => [`/${path}`, text]));
  const paths = [...files.keys()];
  const config = { compilerOptions: { noLib: true, noResolve: true, types: [] }, files: paths };
  files.set('/tsconfig.json', JSON.stringify(config));
  const api = new API({ cwd: '/', fs: only(files) });
  try {
    const snapshot = await api.updateSnapshot({ openProjects: ['/tsconfig.json'] });
    const [project] = snapshot.getProjects();
    const sources = await Promise.all(paths.map((path) => project?.program.getSourceFile(path)));
    return sources.map((source, i) => {
      if (source === undefined) throw new Error(`cannot happen: ${paths[i]} is not parsed`);
      return { path: (paths[i] as string).slice(1), source };
    });
  } finally {
    await api.close();
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
      path === '/' || [...files.keys()].some((file) => file.startsWith(`${path}/`)),
    getAccessibleEntries: () => ({ files: [], directories: [] }),
    realpath: (path: string) => path,
  };
}
