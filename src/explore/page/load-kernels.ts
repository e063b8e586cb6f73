import { kernelFilesIn } from '../link.ts';
import { isLoaded, loadKernel } from '../own-kernels.ts';

/** Loads the kernel files that an address names, in the page or in its worker, before it is read. */
export async function loadKernelsOf(fragment: string): Promise<void> {
  for (const file of kernelFilesIn(fragment))
    if (!isLoaded(file)) await loadKernel(file, (path) => importFrom(path, file));
}

/** A module that is served beside the page. */
async function importFrom(path: string, file: string): Promise<unknown> {
  if (location.protocol === 'file:')
    throw new Error('a page that is opened as a file may load none: expected it from a web server');
  try {
    return await import(/* @vite-ignore */ new URL(path, location.href).href);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`vtlb explore --kernel ${file} serves it with the page; here: ${message}`);
  }
}
