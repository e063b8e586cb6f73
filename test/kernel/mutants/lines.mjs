// SPDX-License-Identifier: GPL-2.0
// What a line of C is, as far as mutants and their instrumentation need to know: the kernel's style is relied upon.

/** Whether every parenthesis that the text opens is closed in it, and no other. */
export function isBalanced(text) {
  let depth = 0;
  for (const c of text) {
    depth += c === '(' ? 1 : c === ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Names that say nothing of what a line is about. */
const EMPTY = /\b(?:if|else|while|return|unlikely|likely|WARN_ON_ONCE|KVM_BUG_ON|FNAME|kvm_x86_call)\b/g;

/** What a line is about: the function that it calls first, or else the first name in it. */
export function subjectOf(line) {
  const words = line.replace(EMPTY, '').replace(/(?<=^\W*)\((\w+)\)\(/, '$1(');
  const call = /(\w+)\(/.exec(words)?.[1];
  const name = /[A-Za-z_]\w*(?:(?:->|\.)\w+)*/.exec(words)?.[0];
  return call ?? name ?? '';
}

/** Whether a line is a whole statement that may stand between braces. */
export function isStatement(line) {
  return (
    /^\s+[^{}#:]*;$/.test(line) &&
    isBalanced(line) &&
    !isDeclaration(line) &&
    !/^\s+(?:\*|\/|&&|\|\|)/.test(line)
  );
}

function isDeclaration(line) {
  if (/^\s+[A-Z_]+\(/.test(line)) return true;
  const [, first, second] = /^\s+(\w+) [*]*(\w+)/.exec(line) ?? [];
  return second !== undefined && !['return', 'goto'].includes(first);
}

/** Whether a line is one of a comment. */
export function isComment(line) {
  return /^\s*(?:\/\*|\*)/.test(line);
}

/** Whether a line begins a condition: what is put first in it with && is always evaluated. */
export function isCondition(line) {
  return /^\s+(?:\} )?(?:else )?(?:if|while) \(/.test(line);
}
