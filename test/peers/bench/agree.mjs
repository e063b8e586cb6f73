/** What is counted alike. Rumur and a search in depth say nothing of the depth. */
const COUNTED = ['states', 'transitions', 'depth'];

/** Says of every count that differs from that of vtlb how it does. */
export function disagreements({ core, coreOfPrefix, verdict, spec, startUp, node, ...others }) {
  const differ = [];
  const compare = (name, counts, expected) => {
    for (const what of COUNTED) {
      if (counts[what] !== undefined && counts[what] !== expected[what])
        differ.push(`${name} counts ${counts[what]} ${what}, vtlb ${expected[what]}`);
    }
  };
  for (const [name, counts] of Object.entries(others)) compare(name, counts, core);
  compare('spec', spec, coreOfPrefix);
  return differ;
}
