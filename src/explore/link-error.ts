/** An address that cannot be read. The message names the place, what was expected there, and what was found. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly place: string;
  readonly expected: string;
  readonly found: string;

  constructor(place: string, expected: string, found: string) {
    super(`${place}: expected ${expected}, found ${found}`);
    this.place = place;
    this.expected = expected;
    this.found = found;
  }
}
