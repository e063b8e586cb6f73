import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ts from 'typescript/unstable/ast';
import { parse, type SpecFile } from '../kernels/source.ts';
import { packageRoot } from '../package-root.ts';
import { pageFolder } from './files.ts';
import { moduleOf, SPEC_MODULE } from './own-kernels.ts';

/** A kernel file that a page cannot run. */
export class KernelModuleError extends Error {
  override readonly name = 'KernelModuleError';
}

/** A kernel file with code of its own. */
export interface KernelSource {
  /** As addresses name it. */
  readonly name: string;
  /** The JavaScript file that it is, or was compiled to. */
  readonly script: string;
}

/** A place in a module where it names another. */
interface Import {
  readonly from: number;
  readonly to: number;
  readonly specifier: string;
}

/**
 * The modules of some kernel files as a page imports them, by their paths as a URL has them: the files, what they import by a path, and
 * the specification.
 *
 * @throws KernelModuleError that names a file and what it imports that no page has
 */
export async function kernelModules(sources: readonly KernelSource[]): Promise<ReadonlyMap<string, string>> {
  const modules = new Map<string, string>();
  for (const source of sources) await addModules(source, modules);
  if (modules.size > 0) modules.set(SPEC_MODULE, readFileSync(join(pageFolder(), 'spec.js'), 'utf8'));
  return modules;
}

async function addModules({ name, script }: KernelSource, modules: Map<string, string>): Promise<void> {
  const folder = dirname(moduleOf(name));
  const places = new Map([[script, moduleOf(name)]]);
  /** Where a module is, seen from another in the same folder. */
  const placeOf = (specifier: string, importer: string): string => {
    const file = fileOf(specifier, importer);
    if (file === null) return '../spec.js';
    if (file === undefined || !/\.m?js$/.test(file) || !existsSync(file))
      throw new KernelModuleError(
        `${name} imports '${specifier}', which a page does not have: expected 'vtlb/spec', or the path of a .js, .mjs or .ts file`,
      );
    const place =
      places.get(file) ??
      `${folder}/${places.size}-${encodeURIComponent(basename(file).replace(/\.mjs$/, '.js'))}`;
    places.set(file, place);
    return `./${basename(place)}`;
  };
  for (const [file, place] of places) {
    const text = readFileSync(file, 'utf8');
    modules.set(
      place,
      withImports(text, await importsOf(text), (specifier) => placeOf(specifier, file)),
    );
  }
}

/** The file that a module names; null for the specification, undefined for what has no path. */
function fileOf(specifier: string, importer: string): string | null | undefined {
  if (specifier === 'vtlb/spec') return null;
  const isUrl = specifier.startsWith('file:');
  if (!isUrl && !/^(\.\.?)?\//.test(specifier)) return undefined;
  const file = isUrl ? fileURLToPath(specifier) : resolve(dirname(importer), specifier);
  return file === join(packageRoot(), 'dist', 'spec', 'index.js') ? null : file;
}

function withImports(text: string, imports: readonly Import[], place: (specifier: string) => string): string {
  return imports.reduceRight(
    (sum, { from, to, specifier }) =>
      `${sum.slice(0, from)}${JSON.stringify(place(specifier))}${sum.slice(to)}`,
    text,
  );
}

/** What a module imports and exports from elsewhere, in the order of its text. */
async function importsOf(text: string): Promise<Import[]> {
  const [parsed] = await parse(new Map([['kernel.ts', text]]));
  const found: Import[] = [];
  const visit = (node: ts.Node) => {
    const named =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : undefined;
    if (named !== undefined && ts.isStringLiteral(named))
      found.push({ from: named.getStart(), to: named.end, specifier: named.text });
    node.forEachChild(visit);
  };
  visit((parsed as SpecFile).source);
  return found;
}
