import { definedBy, leavesFunction } from './c-lines.ts';

/** A function or macro that a patch touches. */
export interface Touched {
  readonly file: string;
  /** Empty for lines outside of any. */
  readonly name: string;
}

/** A text that is no unified diff. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

/** The lines that the head of a function may take. */
const LONGEST_HEAD = 12;

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/**
 * The functions that a unified diff touches, in its order, each once a file. What a changed line belongs to is
 * told by the nearest definition above it in its hunk, or else by the hunk's header.
 *
 * @throws PatchError that names the line and what was expected
 */
export function touchedBy(patch: string): Touched[] {
  if (!/^@@ -\d/m.test(patch))
    throw new PatchError(
      'it is no unified diff: expected lines `--- FILE`, `+++ FILE` and `@@ -1,2 +1,2 @@`',
    );
  const lines = patch
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const touched = new Map<string, Touched>();
  let file = '';
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as string;
    const header = HUNK.exec(line);
    if (header === null) {
      if (isFileHeader(lines, at)) file = changedFile(line, lines[at + 1] as string);
      at += isFileHeader(lines, at) ? 2 : 1;
    } else {
      if (file === '')
        throw new PatchError(`line ${at + 1}: expected \`--- FILE\` and \`+++ FILE\` before the first hunk`);
      const end = endOfHunk(lines, at, header);
      for (const name of touchedIn(lines.slice(at + 1, end), header[5] ?? ''))
        touched.set(`${file} ${name}`, { file, name });
      at = end;
    }
  }
  return [...touched.values()];
}

function isFileHeader(lines: readonly string[], at: number): boolean {
  return (lines[at] as string).startsWith('--- ') && (lines[at + 1]?.startsWith('+++ ') ?? false);
}

/** The file after the patch, or before it if the patch removes it, without what diff puts in front. */
function changedFile(before: string, after: string): string {
  const [old = '', now = ''] = [before, after].map((line) => line.slice(4).replace(/\t.*$/, '').trim());
  const name = now === '/dev/null' ? old : now;
  return /(?:^|\/)((?:arch|virt|include)\/.*)$/.exec(name)?.[1] ?? name.replace(/^[ab]\//, '');
}

/** Behind the last line of a hunk, by the counts of its header. */
function endOfHunk(lines: readonly string[], at: number, header: RegExpExecArray): number {
  let old = Number(header[2] ?? 1);
  let now = Number(header[4] ?? 1);
  let end = at + 1;
  for (; old > 0 || now > 0; end++) {
    const sign = lines[end]?.[0] ?? ' ';
    if (end >= lines.length || !' +-\\'.includes(sign) || isFileHeader(lines, end))
      throw new PatchError(
        `line ${end + 1}: expected the rest of the hunk of line ${at + 1}: ${old} lines of the old file, ${now} of the new`,
      );
    if (sign === ' ' || sign === '-') old--;
    if (sign === ' ' || sign === '+') now--;
  }
  return end;
}

/** What the changed lines of a hunk belong to, in its old text and in its new one. */
function touchedIn(lines: readonly string[], header: string): Set<string> {
  const names = new Set<string>();
  for (const sign of '-+') {
    const side = lines.filter((line) => ` ${sign}`.includes(line[0] ?? ' '));
    let inside = definedBy([header]) ?? '';
    side.forEach((line, i) => {
      const text = line.slice(1);
      const defined = definedBy(side.slice(i, i + LONGEST_HEAD).map((each) => each.slice(1)));
      if (defined !== null) inside = defined;
      else if (leavesFunction(text) && text !== '}') inside = '';
      if (line[0] === sign && text.trim() !== '') names.add(inside);
      if (text === '}') inside = '';
    });
  }
  return names;
}
