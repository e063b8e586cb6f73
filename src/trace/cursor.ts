import { TraceError } from './error.ts';

interface Token {
  readonly text: string;
  /** 1-based. */
  readonly column: number;
}

/** The most characters of a word that an error shows. */
const SHOWN = 60;

function quoted(word: string): string {
  return word.length > SHOWN ? `'${word.slice(0, SHOWN)}...'` : `'${word}'`;
}

/** Reads the words of one line from left to right and knows where it stands. */
export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #line: number;
  readonly #end: number;
  #next = 0;

  /** @param text a line without its comment @param line 1-based */
  constructor(text: string, line: number) {
    this.#tokens = [...text.matchAll(/\S+/g)].map((found) => ({ text: found[0], column: found.index + 1 }));
    this.#line = line;
    this.#end = text.trimEnd().length + 1;
  }

  get atEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  /** The next word, which stays. */
  peek(): string | null {
    return this.#tokens[this.#next]?.text ?? null;
  }

  /** Takes the next word. @throws TraceError when the line ends */
  word(expected: string): string {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new TraceError(this.#line, this.#end, expected, 'the end of the line');
    this.#next++;
    return token.text;
  }

  /** Takes the next word if it is this one. */
  take(text: string): boolean {
    if (this.peek() !== text) return false;
    this.#next++;
    return true;
  }

  /** Takes the next word, which must be one of these. @throws TraceError */
  oneOf<T extends string>(choices: readonly T[], what: string): T {
    const word = this.word(`${what} (${choices.join(', ')})`);
    const choice = choices.find((each) => each === word);
    return choice ?? this.fail(`${what} (${choices.join(', ')})`);
  }

  /** Complains about the word that was taken last. @param offset characters into the word */
  fail(expected: string, offset = 0): never {
    const token = this.#tokens[this.#next - 1];
    throw new TraceError(
      this.#line,
      (token?.column ?? 1) + offset,
      expected,
      token === undefined ? 'the end of the line' : quoted(token.text.slice(offset)),
    );
  }

  /** The line must end here. @throws TraceError */
  end(): void {
    if (this.atEnd) return;
    this.#next++;
    this.fail('the end of the line');
  }
}
