/** A trace that a format cannot express. The message says why and names the line of the trace, if it is one's fault. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  /** 1-based. */
  readonly line: number | undefined;

  constructor(reason: string, line?: number) {
    super(line === undefined ? reason : `line ${line}: ${reason}`);
    this.line = line;
  }
}
