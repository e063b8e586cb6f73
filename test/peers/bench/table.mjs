const HEADINGS = [
  '',
  'states',
  'transitions',
  'CPU s',
  'wall s',
  'transitions/CPU s',
  'B/state',
  'CPU / core',
];

const NAMES = {
  core: 'vtlb, 1 worker',
  core2: 'vtlb, 2 workers',
  spec: 'vtlb, engine spec',
  spinDfs: 'Spin, depth first',
  spinBfs: 'Spin, breadth first',
  rumur: 'Rumur',
  native: 'the core in C',
};

/** What is to be known before the numbers are compared. */
const NOTES = [
  'CPU s: user and system, of the round that took least. B/state: most memory of the process, by states.',
  'Each tool stores whole states and compares them whole. They do not check the same: Spin one property of',
  'vtlb, Rumur seven, vtlb all of them, besides which it notes what was exercised; so does its core in C.',
];

/** The result for people. @param nodeBytes what Node takes for nothing */
export function formatResult({ states, transitions, tools }, nodeBytes) {
  const rows = Object.entries(tools).map(([name, tool]) => [
    NAMES[name],
    count(tool.states ?? states),
    count(tool.transitions ?? transitions),
    tool.cpuSeconds.toFixed(2),
    tool.wallSeconds.toFixed(2),
    count(tool.transitionsPerCpuSecond),
    tool.bytesPerState.toFixed(1),
    ((tool.cpuSecondsOfAll ?? tool.cpuSeconds) / tools.core.cpuSeconds).toFixed(2),
  ]);
  const own = ['core', 'core2'].map((name) => (tools[name].bytesPerState - nodeBytes / states).toFixed(1));
  return [
    ...table([HEADINGS, ...rows]),
    '',
    `Without Node's own ${(nodeBytes / 2 ** 20).toFixed(0)} MiB, vtlb takes ${own.join(' and ')} B/state.`,
    `Engine spec ran on its first ${count(tools.spec.states)} states; its ratio is for all, at its rate.`,
    ...NOTES,
  ].join('\n');
}

function count(number) {
  return Math.round(number).toLocaleString('en-US');
}

function table(rows) {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(([name, ...cells]) =>
    [name.padEnd(widths[0]), ...cells.map((cell, i) => cell.padStart(widths[i + 1]))].join('  ').trimEnd(),
  );
}
