/** How specialised code is written down: what differs between JavaScript and C. */
export interface Dialect {
  readonly name: 'js' | 'c';
  readonly literal: (value: number | boolean) => string;
  readonly binary: (operator: string, left: string, right: string) => string;
  readonly declare: (name: string, code: string, fixed: boolean) => string;
  /** A block that `leave` leaves. */
  readonly open: (label: string) => string;
  readonly close: (label: string) => string;
  readonly leave: (label: string) => string;
}

const EQUALITY: Readonly<Record<string, string>> = { '===': '==', '!==': '!=' };

export const JAVASCRIPT: Dialect = {
  name: 'js',
  literal: (value) => (typeof value === 'number' && value < 0 ? `(${value})` : String(value)),
  binary: (operator, left, right) => `(${left} ${operator} ${right})`,
  declare: (name, code, fixed) => `${fixed ? 'const' : 'let'} ${name} = ${code};`,
  open: (label) => `${label}: {`,
  close: () => '}',
  leave: (label) => `break ${label};`,
};

/** C in which signed arithmetic wraps, with every value an int. */
export const C: Dialect = {
  name: 'c',
  literal: (value) => {
    const number = Number(value);
    if (number === -(2 ** 31)) return '(-2147483647 - 1)';
    return number < 0 ? `(${number})` : String(number);
  },
  binary: (operator, left, right) =>
    operator === '>>>'
      ? `((int)((unsigned)(${left}) >> (${right})))`
      : `(${left} ${EQUALITY[operator] ?? operator} ${right})`,
  declare: (name, code, fixed) => `${fixed ? 'const ' : ''}int ${name} = ${code};`,
  open: () => '{',
  close: (label) => `} ${label}:;`,
  leave: (label) => `goto ${label};`,
};
