/** A trace line that cannot be read. The message names the line, the column and what was expected. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly line: number;
  readonly column: number;
  readonly expected: string;

  /** @param line 1-based @param column 1-based, in characters */
  constructor(line: number, column: number, expected: string, found: string) {
    super(`line ${line}, column ${column}: expected ${expected}, found ${found}`);
    this.line = line;
    this.column = column;
    this.expected = expected;
  }
}
