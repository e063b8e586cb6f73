// SPDX-License-Identifier: GPL-2.0
// The kernel relies on a 64-bit `long`; wasm32 has 32 bits. So `long` becomes `long long` in type names and
// in the suffixes of literals. Pointers keep their native width: no kernel code here stores one in less than a long.

export function widen(text) {
  return text
    .replace(/\blong\s+long\b/g, 'long')
    .replace(/\blong\b/g, 'long long')
    .replace(/\b(0[xX][0-9a-fA-F]+|\d+)([uU]?)[lL]\b/g, '$1$2LL')
    .replace(/_AC\((.*?),\s*UL\)/g, '_AC($1, ULL)');
}
