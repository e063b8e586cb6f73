// SPDX-License-Identifier: GPL-2.0
// The kernel's own text with a call in front of every line that a mutant changes: which are reached at all.
import { modelledIn, mutantsOf } from './generate.mjs';
import { isCondition, isStatement } from './lines.mjs';

/** What the code calls; it is imported into the module. */
export const REACHED = 'mutants_reached';

const call = (number) => `extern void ${REACHED}(int); ${REACHED}(${number});`;

/**
 * The files of a tree with the calls in them, by file, and by mutant the number that is called where its line is
 * reached; null where there is no place for a call.
 */
export function instrument(tree) {
  const numbers = new Map();
  const texts = new Map();
  for (const { name, file, source, text } of modelledIn(tree)) {
    const lines = text.split('\n');
    const marked = lines.map((line, at) => {
      const number = numbers.size;
      const instrumented = withCall(line, number);
      if (instrumented === line) return line;
      numbers.set(`${name}+${at}`, number);
      return instrumented;
    });
    texts.set(
      file,
      (texts.get(file) ?? source).replace(text, () => marked.join('\n')),
    );
    for (const at of lines.keys()) {
      // What goes on in the next line is reached where it begins.
      const before = numbers.get(`${name}+${at - 1}`);
      if (
        /(?:&&|\|\||[,(])$/.test(lines[at - 1] ?? '') &&
        before !== undefined &&
        !numbers.has(`${name}+${at}`)
      )
        numbers.set(`${name}+${at}`, before);
    }
  }
  const ofMutants = new Map(
    mutantsOf(tree).map(({ id, name, at }) => [id, numbers.get(`${name}+${at}`) ?? null]),
  );
  return { texts, ofMutants };
}

function withCall(line, number) {
  if (isCondition(line)) return line.replace(/\(/, () => `(({ ${call(number)} 1; }) && `);
  if (isStatement(line)) return line.replace(/\S.*/, (statement) => `{ ${call(number)} ${statement} }`);
  return line;
}
