/** A program that the machine lacks. The message names the package that has it. */
export class MissingError extends Error {
  name = 'MissingError';
}

/** A peer that did not end as it should. */
export class PeerError extends Error {
  name = 'PeerError';
}
