import type { StopReason } from '../checker/limits.ts';
import { onInterrupt } from './thread/tell.ts';

/** Ends at the first Ctrl-C or SIGTERM; a second one kills the process as usual. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const reason: StopReason = 'interrupt';
  onInterrupt(() => controller.abort(reason));
  return controller.signal;
}

/**
 * The same, and at the end of so many seconds from now; its reason is a StopReason. Not AbortSignal.any of
 * AbortSignal.timeout: Node may collect those as garbage before they abort.
 */
export function endSignal(maxSeconds: number | undefined): AbortSignal {
  const interrupt = interruptSignal();
  if (maxSeconds === undefined) return interrupt;
  const controller = new AbortController();
  const reason: StopReason = 'time';
  interrupt.addEventListener('abort', () => controller.abort(interrupt.reason));
  setTimeout(() => controller.abort(reason), maxSeconds * 1000).unref();
  return controller.signal;
}
