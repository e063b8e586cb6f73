/**
 * What is made of the measurements. `spec` ran on a prefix of the search: its rate is that of the prefix
 * without the start of the process, and `cpuSecondsOfAll` what the whole search would take at that rate. `verdict` says
 * how often its CPU seconds go into those that others take to theirs.
 */
export function resultOf(layout, { core, core2, verdict, spec, startUp, spinDfs, spinBfs, rumur, native }) {
  const peers = { spinDfs, spinBfs, rumur, native };
  const { states, transitions } = core;
  const whole = ({ cpuSeconds, wallSeconds, peakBytes }) => ({
    cpuSeconds,
    wallSeconds,
    transitionsPerCpuSecond: transitions / cpuSeconds,
    bytesPerState: peakBytes / states,
  });
  const rate = spec.transitions / (spec.cpuSeconds - startUp.cpuSeconds);
  return {
    layout,
    states,
    transitions,
    tools: {
      core: whole(core),
      core2: whole(core2),
      spec: {
        cpuSeconds: spec.cpuSeconds,
        wallSeconds: spec.wallSeconds,
        transitionsPerCpuSecond: rate,
        bytesPerState: spec.peakBytes / spec.states,
        states: spec.states,
        transitions: spec.transitions,
        cpuSecondsOfAll: transitions / rate,
      },
      ...mapped(peers, whole),
    },
    verdict: {
      layout,
      nodes: verdict.nodes,
      facts: verdict.facts,
      cpuSeconds: verdict.cpuSeconds,
      ratios: mapped(peers, ({ cpuSeconds }) => cpuSeconds / verdict.cpuSeconds),
    },
  };
}

function mapped(tools, become) {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, become(tool)]));
}
