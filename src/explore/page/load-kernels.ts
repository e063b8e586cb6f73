import { servedKernelsIn } from '../link.ts';
import { isLinuxCode, loadCode } from '../linux-code.ts';
import { isLoaded, loadKernel } from '../own-kernels.ts';

/** Loads the kernel files and the code that an address names, in the page or in its worker, before it is read. */
export async function loadKernelsOf(fragment: string): Promise<void> {
  for (const name of servedKernelsIn(fragment)) {
    if (isLoaded(name)) continue;
    if (isLinuxCode(name)) await loadCode(name, (path) => fetchFrom(path));
    else await loadKernel(name, (path) => importFrom(path, name));
  }
}

/** A file that is served beside the page. */
async function fetchFrom(path: string): Promise<Uint8Array<ArrayBuffer>> {
  expectServer();
  const response = await fetch(new URL(path, location.href));
  if (!response.ok)
    throw new Error(
      `vtlb explore --linux serves it with the page; here: ${path} is answered with ${response.status}`,
    );
  return new Uint8Array(await response.arrayBuffer());
}

/** A module that is served beside the page. */
async function importFrom(path: string, file: string): Promise<unknown> {
  expectServer();
  try {
    return await import(/* @vite-ignore */ new URL(path, location.href).href);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`vtlb explore --kernel ${file} serves it with the page; here: ${message}`);
  }
}

function expectServer(): void {
  if (location.protocol === 'file:')
    throw new Error('a page that is opened as a file may load none: expected it from a web server');
}
