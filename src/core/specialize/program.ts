import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type FunctionDeclaration, type Identifier, type ImportSpecifier, parse } from 'acorn';
import { packageRoot } from '../../package-root.ts';

/** A function of the core as its source, with the module whose names it uses. */
export interface SourceFunction {
  readonly declaration: FunctionDeclaration;
  readonly module: SourceModule;
}

/** A module of the compiled core. */
interface SourceModule {
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /** Local name to what it was imported as, and from where. */
  readonly imports: ReadonlyMap<string, { readonly name: string; readonly file: string }>;
  /** What it exports, and the literals that it keeps to itself. */
  readonly constants: ReadonlyMap<string, unknown>;
}

/** The compiled source of the core: its functions to be specialised, its constants to be used as they are. */
export class Program {
  readonly #modules = new Map<string, SourceModule>();
  readonly #core = join(packageRoot(), 'dist', 'src', 'core');

  /** Reads a function and everything that it calls. @param path of its module, below the core's folder */
  async load(path: string, name: string): Promise<SourceFunction> {
    const file = join(this.#core, path);
    await this.#loadModule(file);
    const found = this.resolve(this.#modules.get(file) as SourceModule, name);
    if (!isFunction(found)) throw new Error(`cannot happen: ${path} has no function ${name}`);
    return found;
  }

  /** What a name means in a module: one of the core's functions, or a value. */
  resolve(module: SourceModule, name: string): SourceFunction | { readonly value: unknown } | undefined {
    const declaration = module.functions.get(name);
    if (declaration !== undefined) return { declaration, module };
    if (module.constants.has(name)) return { value: module.constants.get(name) };
    const imported = module.imports.get(name);
    if (imported === undefined) return undefined;
    return this.resolve(this.#modules.get(imported.file) as SourceModule, imported.name);
  }

  async #loadModule(file: string): Promise<void> {
    if (this.#modules.has(file)) return;
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const functions = new Map<string, FunctionDeclaration>();
    const imports = new Map<string, { name: string; file: string }>();
    const constants = new Map<string, unknown>(Object.entries(exported));
    this.#modules.set(file, { functions, imports, constants });
    if (!file.startsWith(this.#core)) return;
    for (const statement of parse(readFileSync(file, 'utf8'), { ecmaVersion: 2023, sourceType: 'module' })
      .body) {
      const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (declared?.type === 'FunctionDeclaration') {
        functions.set((declared.id as Identifier).name, declared as FunctionDeclaration);
      } else if (declared?.type === 'VariableDeclaration') {
        for (const { id, init } of declared.declarations) {
          if (id.type === 'Identifier' && init?.type === 'Literal') constants.set(id.name, init.value);
        }
      } else if (statement.type === 'ImportDeclaration') {
        const source = statement.source.value as string;
        if (!source.startsWith('.')) continue;
        const target = fileURLToPath(new URL(source, pathToFileURL(file)));
        await this.#loadModule(target);
        for (const specifier of statement.specifiers as ImportSpecifier[]) {
          imports.set(specifier.local.name, { name: (specifier.imported as Identifier).name, file: target });
        }
      }
    }
  }
}

export function isFunction(found: unknown): found is SourceFunction {
  return typeof found === 'object' && found !== null && 'declaration' in found;
}
