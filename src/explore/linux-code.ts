import { kernelNamed } from '../../spec/define/kernel.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import { type WasmModule, webAssembly } from '../conform/web-assembly.ts';
import { addKernel } from './own-kernels.ts';

/** What is served beside Linux's own code, about it. */
export interface AboutCode {
  /** As the command line named it: a version, or a folder. */
  readonly linux: string;
  /** `Linux 7.3 (its own code, digest 0123456789ab)` */
  readonly called: string;
  /** The record that makes up roles as it does. */
  readonly record: KernelName;
  /** Of all that was compiled. */
  readonly digest: string;
}

/** Linux's own code, as a page has it. */
export interface LinuxCode extends AboutCode {
  readonly module: WasmModule;
}

/** `linux:7.3@0123456789ab`: a version or the name of a folder, and how the digest begins. */
const NAME = /^linux:([\w.+-]+@([0-9a-f]{12}))$/;

/** How an address names Linux's own code. */
export function nameOfCode(linux: string, digest: string): string {
  const last = linux.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '');
  return `linux:${last.replace(/[^\w.+-]/g, '-') || 'tree'}@${digest.slice(0, 12)}`;
}

/** Whether a name in an address is of Linux's own code. */
export function isLinuxCode(name: string): boolean {
  return NAME.test(name);
}

/** Where a page finds the files of Linux's own code that are served with it. */
export function filesOfCode(name: string): Readonly<Record<'about' | 'code' | 'licence', string>> {
  const folder = `linux/${NAME.exec(name)?.[1]}`;
  return { about: `${folder}/about.json`, code: `${folder}/kvm.wasm`, licence: `${folder}/LICENSE` };
}

/** Makes Linux's own code one more kernel. @param fetchFrom fetches a file that is served with the page, by its path */
export function loadCode(
  name: string,
  fetchFrom: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  return addKernel(name, async () => {
    const { about, code } = filesOfCode(name);
    const said = JSON.parse(new TextDecoder().decode(await fetchFrom(about))) as AboutCode;
    if (!Object.hasOwn(KERNELS, said.record) || !said.digest.startsWith(NAME.exec(name)?.[2] as string))
      throw new Error(`${about} is not about this code`);
    const module = await webAssembly.compile(await fetchFrom(code));
    const { record } = said;
    return {
      base: record,
      set: {},
      kernel: kernelNamed(record),
      architecture: [],
      code: { ...said, module },
    };
  });
}
