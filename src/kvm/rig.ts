import { repositoryModule } from '../repository-module.ts';
import type { Program } from './program.ts';
import { parseResults, type StreamResult } from './results.ts';
import { encodeStreams } from './streams.ts';

/** The rig, or something that it needs, is not there. The message says what, and how to get it. */
export class RigMissing extends Error {
  override readonly name = 'RigMissing';
}

/** The rig came to no end: it was told to stop, or the kernel did not come up. */
export class RigStopped extends Error {
  override readonly name = 'RigStopped';
}

/** A kernel to boot: a version that is fetched, or files. */
export type BootedKernel =
  | string
  | {
      /** A bzImage. */
      readonly image: string;
      /** A folder with KVM's modules somewhere below it; none where KVM is built in. */
      readonly modules: string | undefined;
    };

/** The processor: of AMD's kind without PCIDs, under QEMU, or of Intel's with them, under Bochs. */
type Emulator = 'qemu' | 'bochs';

/** How a boot is carried out. */
export interface BootOptions {
  readonly kernel: BootedKernel;
  readonly emulator: Emulator;
  /** After so many seconds it is stopped. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Is told how far it is. */
  readonly say: (text: string) => void;
}

/** What test/kvm/rig/index.mjs exports. */
interface Rig {
  readonly boot: (
    options: BootOptions & {
      readonly files: ReadonlyMap<string, Uint8Array>;
      readonly passes: readonly { readonly shadow: boolean; readonly plan: readonly string[] }[];
    },
  ) => Promise<{ readonly release: string; readonly reports: readonly string[] }>;
}

/**
 * Boots a kernel and has its KVM, with shadow paging, run one guest.
 *
 * @throws RigMissing when there is no rig, no emulator, no compiler or no kernel
 * @throws RigStopped when it comes to no end
 */
export async function runOnKvm(
  options: BootOptions,
  program: Program,
): Promise<{ readonly release: string; readonly result: StreamResult | null }> {
  const { boot } = await repositoryModule<Rig>(
    'test/kvm/rig/index.mjs',
    (file) =>
      new RigMissing(`the rig is not here (${file}): it comes with the repository, not with the package`),
  );
  const files = new Map([['stream', encodeStreams([program])]]);
  try {
    const { release, reports } = await boot({
      ...options,
      files,
      passes: [{ shadow: true, plan: ['streams /stream'] }],
    });
    const [result = null] = parseResults(reports[0] ?? '', 1);
    return { release, result };
  } catch (error) {
    if (error instanceof Error && error.name === 'MissingError') throw new RigMissing(error.message);
    if (error instanceof Error && error.name === 'StoppedError') throw new RigStopped(error.message);
    throw error;
  }
}
