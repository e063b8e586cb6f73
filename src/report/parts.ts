import type { Layout } from '../../spec/layouts/layout.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { changesBetween } from '../picture/changes.ts';
import type { ReplayStep } from '../replay/replay.ts';

/**
 * The three parts of a step, a line each: what the handler changed, what the entry changed, what the TLBs
 * took in.
 */
export function formatParts(layout: Layout, { before, exited, entered, after }: ReplayStep): string[] {
  return [
    `exit       ${formatChanges(layout, before, exited)}`,
    `enter      ${formatChanges(layout, exited, entered)}`,
    `speculate  ${formatChanges(layout, entered, after)}`,
  ];
}

function formatChanges(layout: Layout, before: Machine, after: Machine): string {
  return (
    changesBetween(layout, before, after)
      .map(({ text }) => text)
      .join('; ') || 'nothing'
  );
}
