import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { BOUND_LIMITS, type BoundName } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { formatLink, type KernelChoice, type Link, parseLink } from '../link.ts';
import { LinkError } from '../link-error.ts';
import { refit } from '../model/refit.ts';
import { helpShown } from './keys.ts';
import { link, notice, runs, show } from './state.ts';

/** What is explored: kernels, contract, layout, bounds. */
export function Controls() {
  const { kernel, versus, contract, layout } = link.value;
  return (
    <form class="controls" onSubmit={(event) => event.preventDefault()}>
      <Choice
        name="Kernel"
        value={kernel}
        values={Object.keys(KERNELS)}
        take={(name) => show({ kernel: name as KernelName })}
      />
      <Choice
        name="beside"
        value={versus?.kernel ?? 'none'}
        values={['none', ...Object.keys(KERNELS)]}
        take={(name) => show({ versus: name === 'none' ? null : { kernel: name as KernelName, set: {} } })}
      />
      <Choice
        name="Contract"
        value={contract}
        values={Object.keys(CONTRACTS)}
        take={(name) => show({ contract: name as Link['contract'] })}
      />
      <Choice
        name="Layout"
        value={layout}
        values={Object.keys(LAYOUTS)}
        take={(name) => refitTo({ layout: name as Link['layout'], bounds: {} })}
      />
      <Adjust />
      <a
        class="button"
        href={`#${formatLink(link.value)}`}
        title="The address of this page holds all of this state"
      >
        Link to this state
      </a>
      <button
        type="button"
        aria-expanded={helpShown.value}
        aria-keyshortcuts="?"
        onClick={() => {
          helpShown.value = !helpShown.value;
        }}
      >
        Help <kbd>?</kbd>
      </button>
    </form>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly take: (value: string) => void;
}

function Choice({ name, value, values, take }: ChoiceProps) {
  return (
    <label class="choice">
      <span>{name}</span>
      <select value={value} onChange={(event) => take(event.currentTarget.value)}>
        {values.map((each) => (
          <option key={each} value={each} selected={each === value}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Changed decisions and bounds, folded away until they are wanted. */
function Adjust() {
  const { set, versus, bounds } = link.value;
  const count = Object.keys(set).length + Object.keys(versus?.set ?? {}).length + Object.keys(bounds).length;
  return (
    <details class="adjust">
      <summary>Decisions and bounds{count === 0 ? '' : ` (${count} changed)`}</summary>
      <div class="folded">
        <fieldset>
          <legend>Bounds</legend>
          {(Object.keys(BOUND_LIMITS) as BoundName[]).map((name) => (
            <BoundInput key={name} name={name} />
          ))}
        </fieldset>
        <Decisions
          title={`Decisions of ${link.value.kernel}`}
          choice={link.value}
          take={(changed) => show({ set: changed })}
        />
        {versus !== null && (
          <Decisions
            title={`Decisions of ${versus.kernel}, beside`}
            choice={versus}
            take={(changed) => show({ versus: { ...versus, set: changed } })}
          />
        )}
      </div>
    </details>
  );
}

function BoundInput({ name }: { name: BoundName }) {
  const [least, greatest] = BOUND_LIMITS[name];
  const value = runs.value[0].world.layout.bounds[name];
  return (
    <label class="bound">
      <span>{name}</span>
      <input
        type="number"
        min={least}
        max={greatest}
        value={value}
        onChange={(event) => {
          refitTo({ bounds: { ...link.value.bounds, [name]: Number(event.currentTarget.value) } });
          event.currentTarget.value = String(runs.value[0].world.layout.bounds[name]);
        }}
      />
    </label>
  );
}

interface DecisionsProps {
  readonly title: string;
  readonly choice: KernelChoice;
  readonly take: (set: Record<string, string>) => void;
}

function Decisions({ title, choice: { kernel, set }, take }: DecisionsProps) {
  const defaults: Readonly<Record<string, string>> = KERNELS[kernel];
  return (
    <fieldset>
      <legend>{title}</legend>
      {Object.entries(DECISIONS).map(([name, { doc, values }]) => (
        <label key={name} class={set[name] === undefined ? 'decision' : 'decision set'} title={doc}>
          <span>{name}</span>
          <select
            value={set[name] ?? defaults[name]}
            onChange={(event) => {
              const { [name]: _, ...rest } = set;
              const { value } = event.currentTarget;
              take(value === defaults[name] ? rest : { ...rest, [name]: value });
            }}
          >
            {Object.keys(values).map((value) => (
              <option key={value} value={value} selected={value === (set[name] ?? defaults[name])}>
                {value}
              </option>
            ))}
          </select>
        </label>
      ))}
    </fieldset>
  );
}

/** Changes layout or bounds; keeps the events up to the first that the new guest image does not have. */
function refitTo(change: Partial<Link>): void {
  try {
    const wanted = { ...link.value, ...change };
    const { bounds } = parseLink(formatLink({ ...wanted, events: [], step: 0 }));
    const fitting = refit({ ...wanted, bounds });
    const lost = wanted.events.length - fitting.events.length;
    show(fitting);
    if (lost > 0) notice.value = `${lost} events are left out: this layout does not have them all.`;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    notice.value = error.message;
  }
}
