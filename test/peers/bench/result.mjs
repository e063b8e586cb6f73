/**
 * What is made of the measurements. `spec` ran on a prefix of the search: its rate is that of the prefix
 * without the start of the process, and `cpuSecondsOfAll` what the whole search would take at that rate.
 */
export function resultOf(layout, { core, core2, spec, spinDfs, spinBfs, rumur, native, startUp }) {
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
      spinDfs: whole(spinDfs),
      spinBfs: whole(spinBfs),
      rumur: whole(rumur),
      native: whole(native),
    },
  };
}
