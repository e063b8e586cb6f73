import { type Ran, vtlb } from './run-vtlb.ts';

/** A command that a page shows, and the output that it shows with it. */
export interface Shown {
  /** The words behind `vtlb`. */
  readonly command: string;
  /**
   * What it prints; null where the page does not say. A line `...` stands for what is left out, and ` ...` at the end of one
   * for the rest of it.
   */
  readonly output: string | null;
}

/**
 * The commands that a page shows in indented blocks, and in its text. Behind a `$` the lines of the block, up to
 * another command, are its output; else what stands behind two blanks is a remark.
 */
export function shownIn(page: string): Shown[] {
  const blocks = [...page.matchAll(/^ {4}(\$ )?npx vtlb (.*)\n((?:(?! {4}(?:\$|npx) )(?: {4}.*)?\n)*)/gm)];
  return [
    ...blocks.map(([, prompt, command = '', output = '']) => ({
      command: (command.split(/ {2,}/)[0] as string).trim(),
      output: prompt === undefined ? null : `${output.replace(/^ {4}/gm, '').trimEnd()}\n`,
    })),
    ...[...page.matchAll(/`npx vtlb ([^`]+)`/g)].map(([, command = '']) => ({ command, output: null })),
  ];
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
  return vtlb(
    command.split(' ').map((word) => files[word] ?? word),
    '',
    null,
  );
}

/** What of the shown output the real one lacks, or has elsewhere, or has besides; null if the page is right. */
export function missingFrom(stdout: string, { output }: Shown): string | null {
  if (output === null) return null;
  const parts = output.split(/^\.\.\.\n/m);
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const lines = part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/ \\\.\\\.\\\.$/gm, '.*');
    const pattern = new RegExp(`^${lines}`, i === 0 ? 'y' : 'gm');
    pattern.lastIndex = at;
    if (!pattern.test(stdout)) return part;
    at = pattern.lastIndex;
  }
  return parts.at(-1) === '' || at === stdout.length ? null : stdout.slice(at);
}
