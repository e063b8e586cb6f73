import { formatDifference } from '../conform/report.ts';
import type { Described } from '../linux/describe.ts';
import { formatEvent } from '../trace/print.ts';

/** Which record describes a kernel's code. */
export function formatDescribed(name: string, described: Described): string {
  const { alike, unasked, walks, events, layouts, searched, difference } = described;
  const record = recordOf(described);
  const compared = `${events} events of ${walks} random walks on ${layouts.join(', ')}`;
  if (difference !== null)
    return [
      `no record describes ${name}: the nearest found is ${record}`,
      formatDifference(difference.trace, difference.found, name),
    ].join('\n\n');
  const told = Object.entries(alike).map(([decision, values]) => `    ${decision}  ${values.join(', ')}`);
  return [
    `${name} decides as ${record}`,
    `sampled: ${compared}, no difference`,
    `and on ${searched.traces} traces on which other values differ from its own, found on ${searched.layouts.join(', ')}`,
    ...(told.length === 0 ? [] : ['', 'Values that nothing of this tells from its own:', ...told]),
    ...(unasked.length === 0 ? [] : ['', `Never asked there: ${unasked.join(', ')}`]),
  ].join('\n');
}

/** The same for machines. */
export function describedJson(linux: object, described: Described) {
  const { kernel, set, alike, unasked, walks, events, layouts, searched, difference } = described;
  return {
    linux,
    kernel,
    set,
    alike,
    unasked,
    walks,
    events,
    layouts,
    searched,
    difference: difference && {
      trace: difference.trace.slice(0, difference.found.at + 1).map(formatEvent),
      differs: difference.found.differs,
    },
  };
}

function recordOf({ kernel, set }: Described): string {
  const changes = Object.entries(set).map(([decision, value]) => `${decision}=${value}`);
  return changes.length === 0 ? kernel : `${kernel} with ${changes.join(', ')}`;
}
