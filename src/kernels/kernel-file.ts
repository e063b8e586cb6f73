/** What a path ends in if it is a kernel file and no kernel's name. */
const EXTENSION = /\.m?[tj]s$/;

/** The endings, in words. */
export const EXTENSIONS = '.ts, .mts, .js or .mjs';

/** Whether something that names a kernel is a file. */
export function isKernelFile(name: string): boolean {
  return EXTENSION.test(name);
}
