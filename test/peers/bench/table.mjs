const HEADINGS = [
  '',
  'states',
  'transitions',
  'CPU s',
  'wall s',
  'transitions/CPU s',
  'B/state',
  'CPU / vtlb',
];

const NAMES = {
  core: 'vtlb, TLBs whole',
  core2: 'the same, 2 workers',
  spec: 'its recipes alone',
  spinDfs: 'Spin, depth first',
  spinBfs: 'Spin, breadth first',
  rumur: 'Rumur',
  native: "vtlb's paths in C",
};

const VERDICT_HEADINGS = ['', 'states + facts', 'CPU s', 'CPU / vtlb'];

/** What is to be known before the numbers are compared. */
const NOTES = [
  'CPU s: user and system, of the round that took least. B/state: most memory of the process, by states.',
  'Each tool stores whole states and compares them whole. They do not check the same: Spin one property of',
  'vtlb, Rumur seven, the C program those of states; vtlb all, besides which it notes what was exercised.',
];

/** The result for people. @param nodeBytes what Node takes for nothing */
export function formatResult({ states, transitions, tools, verdict }, nodeBytes) {
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
    'The same counts: check --tlbs whole',
    '',
    ...table([HEADINGS, ...rows]),
    '',
    `Without Node's own ${(nodeBytes / 2 ** 20).toFixed(0)} MiB, vtlb takes ${own.join(' and ')} B/state.`,
    `The recipes alone ran on the first ${count(tools.spec.states)} states; its ratio is for all, at its rate.`,
    ...NOTES,
    '',
    'Time to the verdict: check, with TLBs apart',
    '',
    ...table([VERDICT_HEADINGS, ...verdictRows(verdict, tools, states)]),
  ].join('\n');
}

/** vtlb finds other states, with facts about TLBs beside them. */
function verdictRows({ nodes, facts, cpuSeconds, ratios }, tools, states) {
  return [
    ['vtlb, TLBs apart', `${count(nodes)} + ${count(facts)}`, cpuSeconds.toFixed(2), '1.00'],
    ...Object.entries(ratios).map(([name, ratio]) => [
      NAMES[name],
      count(states),
      tools[name].cpuSeconds.toFixed(2),
      ratio.toFixed(2),
    ]),
  ];
}

function count(number) {
  return Math.round(number).toLocaleString('en-US');
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(([name, ...cells]) =>
    [name.padEnd(widths[0]), ...cells.map((cell, i) => cell.padStart(widths[i + 1]))].join('  ').trimEnd(),
  );
}
