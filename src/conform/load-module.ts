import { readFile } from 'node:fs/promises';
import { type WasmModule, webAssembly } from './web-assembly.ts';

/** The code in a WebAssembly file. */
export async function loadModule(file: string): Promise<WasmModule> {
  return webAssembly.compile(await readFile(file));
}
