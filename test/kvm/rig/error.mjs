/** Something that the machine lacks: an emulator, a compiler, a package. The message says what, and how to get it. */
export class MissingError extends Error {
  name = 'MissingError';
}

/** The rig came to no end: a limit was reached, or the kernel did not come up. */
export class StoppedError extends Error {
  name = 'StoppedError';
}
