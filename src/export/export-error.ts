/** A trace that a format cannot express. The message says why and names the line of the trace, if it is one's fault. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  /** 1-based; undefined where the trace is not at fault. */
  readonly line: number | undefined;

  /** @param reason in words @param line 1-based */
  constructor(reason: string, line?: number) {
    super(line === undefined ? reason : `line ${line}: ${reason}`);
    this.line = line;
  }
}
