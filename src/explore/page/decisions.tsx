import { useState } from 'preact/hooks';
import { DECISIONS } from '../../../spec/kernels/decisions.ts';
import type { KernelChoice } from '../link.ts';
import { type KnownKernel, kernelCalled } from '../own-kernels.ts';

interface DecisionsProps {
  readonly title: string;
  readonly choice: KernelChoice;
  readonly take: (set: Record<string, string>) => void;
}

/** The decisions of a kernel, each to be changed; those that say a word alone, once one is given. */
export function Decisions({ title, choice, take }: DecisionsProps) {
  const [word, setWord] = useState('');
  const names = Object.keys(DECISIONS) as DecisionName[];
  const found = names.filter((name) => says(name, word));
  if (kernelCalled(choice.kernel)?.code !== undefined)
    return (
      <fieldset>
        <legend>{title}</legend>
        <p class="hint">Linux's own code takes its decisions itself: there are none to set.</p>
      </fieldset>
    );
  return (
    <fieldset>
      <legend>{title}</legend>
      <label class="filter">
        <span>with the word</span>
        <input
          type="search"
          value={word}
          placeholder="PCIDE, prev_roots, v5.16, ..."
          onInput={(event) => setWord(event.currentTarget.value)}
        />
        <small>
          {found.length} of {names.length}
        </small>
      </label>
      {found.map((name) => (
        <Decision key={name} name={name} choice={choice} take={take} />
      ))}
    </fieldset>
  );
}

type DecisionName = keyof typeof DECISIONS;

/** Whether a word is in what there is to read of a decision. */
function says(name: DecisionName, word: string): boolean {
  const { doc, commits, values } = DECISIONS[name];
  const text = [name, doc, ...commits, ...Object.entries(values).flat()].join(' ');
  return text.toLowerCase().includes(word.trim().toLowerCase());
}

interface DecisionProps extends Pick<DecisionsProps, 'choice' | 'take'> {
  readonly name: DecisionName;
}

function Decision({ name, choice: { kernel, set }, take }: DecisionProps) {
  const { doc, values } = DECISIONS[name];
  const initial: string = (kernelCalled(kernel) as KnownKernel).kernel[name];
  const current = set[name] ?? initial;
  return (
    <label class={set[name] === undefined ? 'decision' : 'decision set'} title={doc}>
      <span>{name}</span>
      <select
        value={current}
        onChange={(event) => {
          const { [name]: _, ...rest } = set;
          const { value } = event.currentTarget;
          take(value === initial ? rest : { ...rest, [name]: value });
        }}
      >
        {Object.keys(values).map((value) => (
          <option key={value} value={value} selected={value === current}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
