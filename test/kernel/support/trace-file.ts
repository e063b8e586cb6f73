// SPDX-License-Identifier: GPL-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../../spec/events/event.ts';
import type { BoundName } from '../../../spec/layouts/bounds.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { LayoutName } from '../../../spec/layouts/named.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { layoutOf } from './settings.ts';

const FOLDER = join(packageRoot(), 'test', 'kernel', 'traces');

/** The names of the traces that are kept here. */
export const TRACES = readdirSync(FOLDER).map((file) => file.replace(/\.trace$/, ''));

/** A trace whose first line names its layout and bounds: `# layout: kernel userPages=2`. */
export function readTraceFile(name: string): { layout: Layout; events: Event[] } {
  const text = readFileSync(join(FOLDER, `${name}.trace`), 'utf8');
  const [layoutName, ...pairs] = (/^# layout: (.*)$/m.exec(text)?.[1] ?? '').split(' ');
  const bounds: Partial<Record<BoundName, number>> = {};
  for (const pair of pairs) {
    const [bound, value] = pair.split('=');
    bounds[bound as BoundName] = Number(value);
  }
  const layout = layoutOf({ layout: layoutName as LayoutName, bounds });
  return { layout, events: parseTrace(text, layout).map(({ event }) => event) };
}
