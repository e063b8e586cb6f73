// SPDX-License-Identifier: GPL-2.0

/** Something that the machine lacks: a compiler, a package. The message says what, and how to get it. */
export class MissingError extends Error {
  name = 'MissingError';
}
