import type { KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { SCENARIOS, type ScenarioName } from '../../../spec/scenarios/scenarios.ts';
import { parseTrace } from '../../trace/parse.ts';
import { formatLink, START } from '../link.ts';
import { link } from './state.ts';

/** The traces of `spec/scenarios`, by path. */
const TRACES = import.meta.glob<string>('../../../spec/scenarios/*.trace', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Pairs of kernels that tell a scenario's story; the others are shown under the patch alone. */
const KERNELS_FOR: { readonly [S in ScenarioName]?: readonly [KernelName, KernelName] } = {
  'message-mov-cr3': ['v5.13', 'patch'],
  message: ['v5.13', 'patch'],
  'cached-root-hit-no-pcid': ['v5.14', 'patch'],
  'prev-roots-outside': ['patch-base', 'patch'],
};

/** What each scenario is about, the kernels that it is shown under, and its address. */
const EXAMPLES = (Object.keys(SCENARIOS) as ScenarioName[]).map((name) => ({
  doc: SCENARIOS[name].doc,
  kernels: kernelsFor(name).join(' beside '),
  address: `#${linkTo(name)}`,
}));

/** Links to traces that somebody would write on a whiteboard. */
export function Examples() {
  return (
    <details class="examples" open={link.value.events.length === 0}>
      <summary>Examples</summary>
      <ul>
        {EXAMPLES.map(({ doc, kernels, address }) => (
          <li key={address}>
            <a href={address}>{doc}</a> <small>{kernels}</small>
          </li>
        ))}
      </ul>
    </details>
  );
}

function kernelsFor(name: ScenarioName): readonly [KernelName, KernelName?] {
  return KERNELS_FOR[name] ?? ['patch'];
}

function linkTo(name: ScenarioName): string {
  const { layout, bounds } = SCENARIOS[name];
  const text = TRACES[`../../../spec/scenarios/${name}.trace`] as string;
  const events = parseTrace(text, buildLayout(LAYOUTS[layout], bounds)).map(({ event }) => event);
  const [kernel, other] = kernelsFor(name);
  const versus = other === undefined ? null : { kernel: other, set: {} };
  return formatLink({ ...START, kernel, versus, layout, bounds, events });
}
