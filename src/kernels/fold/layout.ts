/** Sets every line but the first so many columns further right, or left. */
function shift(text: string, columns: number): string {
  return columns >= 0
    ? text.replaceAll('\n', `\n${' '.repeat(columns)}`)
    : text.replaceAll(`\n${' '.repeat(-columns)}`, '\n');
}

/** Moves a text from one column to another. */
export function moved(text: string, from: number, to: number): string {
  return shift(text, to - from).replace(/[ \t]+$/gm, '');
}

/** Statements at column 0, in braces whose line begins at a column. */
export function block(statements: readonly string[], column: number): string {
  if (statements.length === 0) return '{}';
  const lines = statements.map((text) => `${' '.repeat(column + 2)}${moved(text, 0, column + 2)}\n`);
  return `{\n${lines.join('')}${' '.repeat(column)}}`;
}

/** A condition without parentheses around the whole of it. */
export function unwrapped(condition: string): string {
  if (!condition.startsWith('(') || !condition.endsWith(')')) return condition;
  const inner = condition.slice(1, -1);
  let depth = 0;
  for (const char of inner) {
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (depth < 0) return condition;
  }
  return inner;
}

/** A statement, at column 0, that others hang on: on the same line if it is short, in braces if there are several. */
export function branch(head: string, statements: readonly string[]): string {
  const [one = ''] = statements;
  if (statements.length !== 1) return `${head} ${block(statements, 0)}`;
  const line = `${head} ${one}`;
  return line.includes('\n') || line.length > 100 ? `${head} ${block(statements, 0)}` : line;
}

/** An expression as part of another. */
export function parenthesized(text: string): string {
  return /^[\w.']+$/.test(text) ? text : `(${text})`;
}
