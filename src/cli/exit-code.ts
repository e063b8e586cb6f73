/** What the process tells its caller. */
export const EXIT = { holds: 0, violated: 1, badInput: 2, stopped: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Input that cannot be used: a flag, a file, a bound. Ends the process with code 2 and this message. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
