import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { UnsupportedLayout } from '../conform/kernel-machine.ts';
import { expectDriven } from '../linux/refuse.ts';
import type { KernelChoice } from './link.ts';
import { LinkError } from './link-error.ts';
import { kernelCalled } from './own-kernels.ts';

/**
 * Where a link names Linux's own code: that it can be carried out as the link says.
 *
 * @throws LinkError where decisions are to be set in it, or the harness has no words for the layout or an event
 */
export function expectCarriedOut(
  { kernel, set }: KernelChoice,
  part: 'set' | 'versus-set',
  layout: Layout,
  events: readonly Event[],
): void {
  const code = kernelCalled(kernel)?.code;
  if (code === undefined) return;
  const [decision] = Object.keys(set);
  if (decision !== undefined)
    throw new LinkError(
      part,
      "no decision to be set in Linux's own code, which takes its own",
      `'${decision}'`,
    );
  try {
    expectDriven({ ...layout, events: [...layout.events, ...events] }, code.linux);
  } catch (error) {
    if (!(error instanceof UnsupportedLayout)) throw error;
    throw new LinkError('layout', "a layout and events that Linux's own code can carry out", error.message);
  }
}
