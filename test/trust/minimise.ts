import { BOUND_LIMITS, type BoundName } from '../../spec/layouts/bounds.ts';
import { type Compared, compare } from './compare.ts';
import { type Configuration, isPossible } from './configuration.ts';

/** A configuration that is compared with a difference. */
export interface Differing {
  readonly configuration: Configuration;
  readonly compared: Compared;
}

/** The same with fewer changes and smaller bounds, as long as something differs; not the least of all. */
export async function minimise(differing: Differing): Promise<Differing> {
  for (const configuration of simpler(differing.configuration)) {
    if (!isPossible(configuration)) continue;
    const compared = await compare(configuration);
    if (compared.differences.length > 0) return minimise({ configuration, compared });
  }
  return differing;
}

/** What is one step simpler, the simplest first. */
function* simpler(configuration: Configuration): Generator<Configuration> {
  const { set, bounds, guest, symmetry, workers, stops, tlbs } = configuration;
  if (stops.length > 0) yield { ...configuration, stops: stops.slice(1) };
  if (workers > 1) yield { ...configuration, workers: 1 };
  if (symmetry) yield { ...configuration, symmetry: false };
  if (guest !== null) yield { ...configuration, guest: null };
  if (tlbs === 'apart') yield { ...configuration, tlbs: 'whole' };
  for (const decision of Object.keys(set)) {
    const { [decision]: _, ...others } = set;
    yield { ...configuration, set: others };
  }
  for (const name of Object.keys(BOUND_LIMITS) as BoundName[]) {
    if (bounds[name] > BOUND_LIMITS[name][0])
      yield { ...configuration, bounds: { ...bounds, [name]: bounds[name] - 1 } };
  }
}
