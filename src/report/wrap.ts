/** Stands in a text for a blank at which no line may be broken. */
const GLUED = '\u00a0';

/** Keeps a text in one line when what it stands in is wrapped. */
export function glue(text: string): string {
  return text.replaceAll(' ', GLUED);
}

/**
 * Breaks a text at blanks into lines of at most so many characters, each behind the blanks that it begins with. A
 * longer word has a line of its own, or is broken behind one of the `breakable` characters.
 */
export function wrap(text: string, width: number, breakable = ''): string[] {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines: string[] = [];
  for (const word of text.slice(indent.length).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...brokenUp(word, width - indent.length, breakable).map((part) => indent + part));
  }
  return lines;
}

/** In how few columns a text can be wrapped. */
export function fewestColumns(text: string, breakable = ''): number {
  const [indent = ''] = /^ */.exec(text) ?? [];
  return (
    indent.length +
    Math.max(
      ...text
        .slice(indent.length)
        .split(' ')
        .flatMap((word) => partsOf(word, breakable))
        .map((part) => part.length),
    )
  );
}

function brokenUp(word: string, width: number, breakable: string): string[] {
  if (word.length <= width) return [word];
  const lines: string[] = [];
  for (const part of partsOf(word, breakable)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= width) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines;
}

/** A word in the parts at whose ends it may be broken. */
function partsOf(word: string, breakable: string): string[] {
  return breakable === '' ? [word] : word.split(new RegExp(`(?<=[${breakable}])`));
}

/** What a line begins with before its text: words that two blanks follow, and a bullet. */
const LABEL = /^ *(?:\S+(?: \S+)? {2,})*(?:[-+X?] )?/;

/**
 * Wraps each line of a text that is wider than `width`; it goes on under where its text begins, behind a label if it has
 * one. What was glued is blanks again.
 */
export function fitted(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (line.length <= width ? [line] : fitLine(line, width)))
    .join('\n')
    .replaceAll(GLUED, ' ');
}

function fitLine(line: string, width: number): string[] {
  const [label = ''] = LABEL.exec(line) ?? [];
  const head = label.length <= width / 2 ? label : (/^ */.exec(line) as RegExpExecArray)[0];
  const [first = '', ...more] = wrap(line.slice(head.length), width - head.length);
  return [head + first, ...more.map((each) => ' '.repeat(head.length) + each)];
}
