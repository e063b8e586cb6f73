/** What a kernel's own function made of a machine cannot be kept in rows, or is no function of the machine. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
