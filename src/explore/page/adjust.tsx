import { BOUND_LIMITS, type BoundName } from '../../../spec/layouts/bounds.ts';
import { Decisions } from './decisions.tsx';
import { refitTo } from './refit-to.ts';
import { link, runs, show } from './state.ts';

/** Changed decisions and bounds, folded away until they are wanted. */
export function Adjust() {
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
