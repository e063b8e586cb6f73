import type { StopReason } from '../../checker/limits.ts';

/** Why a thread is cut off that does not come to an end by itself. */
export type CutReason = Extract<StopReason, 'time' | 'interrupt'>;

/** What a command's thread tells the one that watches it. */
export type Told =
  /** That foreign code, or a search, begins now: `--max-seconds` counts from here. */
  | { readonly begins: 'import' | 'work' }
  /** That it ends by itself when it is told of an interrupt. */
  | { readonly listens: true }
  /** A folder to remove when the process ends. */
  | { readonly folder: string }
  /** What to print for it if it is cut off from now on. */
  | { readonly standing: Readonly<Record<CutReason, string>> }
  /** That it still takes turns. */
  | { readonly answers: true };

/** What the thread is told. */
export type Asked = 'interrupt' | 'answer';

/** What the thread is given when it is made. */
export interface ThreadData {
  readonly vtlb: 'command';
  readonly isTerminal: boolean;
  /** What its standard output comes to. */
  readonly output: Terminal;
}

/** What the text of a command is written for. */
export interface Terminal {
  readonly columns: number;
  readonly hasColours: boolean;
}
