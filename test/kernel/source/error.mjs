// SPDX-License-Identifier: GPL-2.0

/** Something that the machine lacks: a compiler, a package. The message says what, and how to get it. */
export class MissingError extends Error {
  name = 'MissingError';
}

/** Text that does not compile. */
export class CompileError extends Error {
  name = 'CompileError';

  /** @param undeclared the names that the compiler knows nothing of */
  constructor(message, undeclared) {
    super(message);
    this.undeclared = undeclared;
  }
}

/** A tree of which the harness can make nothing: it is no kernel, too old, or has changed where the harness cuts. */
export class TreeError extends Error {
  name = 'TreeError';
}
