import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { Link } from '../link.ts';
import { kernelCalled, kernelNames } from '../own-kernels.ts';
import { Adjust } from './adjust.tsx';
import { CopyLink } from './copy-link.tsx';
import { helpShown } from './keys.ts';
import { refitTo } from './refit-to.ts';
import { link, show } from './state.ts';

/** What is explored: kernels, contract, layout, bounds. */
export function Controls() {
  const { kernel, set, versus, contract, layout } = link.value;
  return (
    <form class="controls" onSubmit={(event) => event.preventDefault()}>
      <Choice
        name="Kernel"
        value={kernel}
        values={kernelNames()}
        take={(name) => refitTo({ kernel: name, set: takesDecisions(name) ? set : {} })}
      />
      <Choice
        name="beside"
        value={versus?.kernel ?? 'none'}
        values={['none', ...kernelNames()]}
        take={(name) => refitTo({ versus: name === 'none' ? null : { kernel: name, set: {} } })}
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
      <CopyLink />
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

/** Whether decisions can be set on top of a kernel. */
function takesDecisions(name: string): boolean {
  return kernelCalled(name)?.code === undefined;
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
      <select
        value={value}
        onChange={(event) => {
          take(event.currentTarget.value);
          // It stays as it was if that is not to be had.
          event.currentTarget.value = value;
        }}
      >
        {values.map((each) => (
          <option key={each} value={each} selected={each === value}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
