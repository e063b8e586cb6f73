import { type Ran, vtlb } from './run-vtlb.ts';

/** A command that a page shows, and the output that it shows with it. */
export interface Shown {
  /** The words behind `vtlb`. */
  readonly command: string;
  /** Runs of lines that the output must have, in this order; between them the page leaves something out. */
  readonly output: readonly string[];
}

/** The commands that a page shows in indented blocks, and in its text. */
export function shownIn(page: string): Shown[] {
  const blocks = [...page.matchAll(/^ {4}(?:\$ )?npx vtlb (.*)\n((?: {4}.*\n)*)/gm)].map(
    ([, command = '', output = '']) => ({
      command: (command.split(/ {2,}/)[0] as string).trim(),
      output: output
        .replace(/^ {4}/gm, '')
        .split(/^\.\.\.\n/m)
        .filter((part) => part !== ''),
    }),
  );
  const inText = [...page.matchAll(/`npx vtlb ([^`]+)`/g)].map(([, command = '']) => ({
    command,
    output: [],
  }));
  return [...blocks, ...inText];
}

/** Code that a page shows: the file that its first line names, and the rest. */
export function codeIn(page: string): { readonly file: string; readonly code: string }[] {
  return [...page.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)```/gm)].map(([, file = '', code = '']) => ({
    file,
    code,
  }));
}

/** Runs a shown command; `files` says where the files lie that a reader is told to write. */
export function runShown({ command }: Shown, files: Readonly<Record<string, string>> = {}): Ran {
  return vtlb(command.split(' ').map((word) => files[word] ?? word));
}

/** What of the shown output the real one lacks, or has elsewhere; null if it is all there. */
export function missingFrom(stdout: string, { output }: Shown): string | null {
  let at = 0;
  for (const part of output) {
    const found = stdout.indexOf(part, at);
    if (found < 0) return part;
    at = found + part.length;
  }
  return null;
}
