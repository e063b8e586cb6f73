/** What is counted at some bounds of layout `minimal`, with kernel `patch` and contract `kvm`. */
interface Count {
  /** Those that are not the default, as `name=N`. */
  readonly bounds: readonly string[];
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** Whether the spec's own recipes get through in seconds. */
  readonly spec: boolean;
}

/** The benchmark's test counts at the default bounds. */
export const COUNTS: readonly Count[] = [
  {
    bounds: ['spaces=3', 'pcids=1', 'cachedRoots=0'],
    states: 59_178,
    transitions: 1_082_046,
    depth: 16,
    spec: false,
  },
  {
    bounds: ['pcids=1', 'frames=3', 'cachedRoots=1'],
    states: 14_534,
    transitions: 235_302,
    depth: 12,
    spec: false,
  },
  {
    bounds: ['spaces=1', 'frames=3'],
    states: 1606,
    transitions: 24_544,
    depth: 10,
    spec: true,
  },
];
