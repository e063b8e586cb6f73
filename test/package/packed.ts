import { npm, type Ran } from '../run-vtlb.ts';

/** A file of the package. */
interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** What `npm pack` says of the package as it is built. */
export interface Packed {
  /** Bytes of the archive. */
  readonly size: number;
  readonly filename: string;
  readonly files: readonly PackedFile[];
}

/** Packs what is built; with no folder, says what would be packed. */
export function pack(folder?: string): Packed {
  const where = folder === undefined ? ['--dry-run'] : ['--pack-destination', folder];
  const { status, stdout, stderr }: Ran = npm(['pack', '--json', '--ignore-scripts', ...where]);
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  return (JSON.parse(stdout) as Packed[])[0] as Packed;
}
