/** Why a file cannot be resumed from. */
export type CheckpointFault =
  | 'missing'
  | 'foreign'
  | 'version'
  | 'truncated'
  | 'corrupted'
  | 'model'
  | 'build'
  | 'symmetry'
  | 'memory';

/** A file that was given to resume from, and why it cannot be. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly file: string;
  readonly fault: CheckpointFault;

  constructor(file: string, fault: CheckpointFault, why: string) {
    super(`cannot resume from ${file}: ${why}`);
    this.file = file;
    this.fault = fault;
  }
}
