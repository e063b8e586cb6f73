import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from './package-root.ts';

/**
 * Loads a module that comes with the repository and is in no package, so that nothing imports it by name.
 *
 * @param path from the package's folder on
 * @param whyNot why the package has it not, for the message of the error
 */
export async function repositoryModule<T>(path: string, whyNot: (file: string) => Error): Promise<T> {
  const file = join(packageRoot(), path);
  if (!existsSync(file)) throw whyNot(file);
  return (await import(pathToFileURL(file).href)) as T;
}
