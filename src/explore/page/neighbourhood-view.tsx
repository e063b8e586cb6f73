import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { formatRoot } from '../../report/state.ts';
import { formatEvent } from '../../trace/print.ts';
import { type Edge, type Neighbour, type Neighbourhood, neighbourhood } from '../model/neighbourhood.ts';
import { link, machine, runs, show, triesEvents } from './state.ts';

/** Steps around the state that are drawn; 0 draws nothing. */
const depth = signal(0);

/** States that are drawn at most. */
const MOST = 60;

/** The states around the one that is shown, drawn when they are asked for. */
export function NeighbourhoodView() {
  return (
    <section class="panel neighbourhood" aria-labelledby="neighbourhood-heading">
      <div class="bar">
        <h2 id="neighbourhood-heading">Neighbourhood</h2>
        <div class="buttons">
          {[
            [0, 'Hide'],
            [1, 'One step'],
            [2, 'Two steps'],
          ].map(([value, text]) => (
            <button
              key={value}
              type="button"
              aria-pressed={depth.value === value}
              onClick={() => {
                depth.value = value as number;
              }}
            >
              {text}
            </button>
          ))}
        </div>
      </div>
      {depth.value > 0 && !triesEvents.value && (
        <p class="hint">This layout has too many events to try each of them.</p>
      )}
      {depth.value > 0 && triesEvents.value && (
        <Graph graph={neighbourhood(runs.value[0].world, machine.value, depth.value, MOST)} />
      )}
    </section>
  );
}

/** Pixels, so that two columns fit a narrow screen and three a wide one. */
const NARROW = matchMedia('(width < 720px)').matches;
const WIDTH = NARROW ? 156 : 250;
const GAP = NARROW ? 26 : 110;
const HEIGHT = 50;

function Graph({ graph }: { graph: Neighbourhood }) {
  const { states, edges } = graph;
  const [pointed, point] = useState<number | null>(null);
  const rows = rowsOf(states);
  const placeOf = (number: number) => {
    const { depth: column } = states[number] as Neighbour;
    return { x: column * (WIDTH + GAP), y: (rows[number] as number) * HEIGHT };
  };
  const used = Math.max(...states.map(({ depth: column }) => column)) + 1;
  const size = { width: `${used * (WIDTH + GAP) - GAP}px`, height: `${(Math.max(...rows) + 1) * HEIGHT}px` };
  const drawn = edges.filter((edge) => isTree(states, edge) || edge.from === pointed || edge.to === pointed);
  return (
    <>
      <p class="hint">
        {countsOf(graph)} Equal states are one, drawn beside the state that it was first found from; point at
        one for all events that lead to it and away. Click one to go there. Events that are refused or change
        nothing are left out. Below an event: the root and prev_roots behind it, in brackets while outside the
        vTLB.
      </p>
      <section class="graph-field" aria-label="states around this one">
        <div class="graph" style={size}>
          <svg aria-hidden="true" width="100%" height="100%">
            {drawn.map((edge) => (
              <path
                key={`${edge.from} ${edge.to}`}
                d={pathOf(placeOf(edge.from), placeOf(edge.to))}
                class={edge.from === pointed || edge.to === pointed ? 'pointed-line' : 'tree-line'}
              />
            ))}
          </svg>
          <ul>
            {states.map((state, number) => (
              <Node
                key={number}
                state={state}
                ways={waysTo(edges, number)}
                place={placeOf(number)}
                point={(isPointed) => point(isPointed ? number : null)}
              />
            ))}
          </ul>
        </div>
      </section>
    </>
  );
}

/** The row of each state: of those two steps away one after the other, of those one step away that of their first. */
function rowsOf(states: readonly Neighbour[]): number[] {
  const rows = states.map(() => 0);
  let free = 0;
  states.forEach((state, number) => {
    if (state.depth !== 1) return;
    const beyond = [...states.keys()].filter((other) => {
      const { depth: column, path } = states[other] as Neighbour;
      return column === 2 && path[0] === state.path[0];
    });
    rows[number] = free;
    beyond.forEach((other, i) => {
      rows[other] = free + i;
    });
    free += Math.max(1, beyond.length);
  });
  return rows;
}

function countsOf({ states, left }: Neighbourhood): string {
  const others = `${states.length - 1} other states`;
  return left === 0 ? `${others}.` : `${others}, and ${left} or more that are not drawn.`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A curve to the right; a loop at the right side between states of one column or back. */
function pathOf(from: Place, to: Place): string {
  const [x, y] = [from.x + WIDTH, from.y + HEIGHT / 2 - 2];
  const endY = to.y + HEIGHT / 2 - 3;
  if (to.x > from.x) return `M${x} ${y}C${x + GAP / 2} ${y} ${to.x - GAP / 2} ${endY} ${to.x} ${endY}`;
  const [endX, out] = [to.x + WIDTH, Math.max(x, to.x + WIDTH) + GAP * 0.45];
  return `M${x} ${y}C${out} ${y} ${out} ${endY} ${endX} ${endY}`;
}

/** Whether an edge is how its target was first found. */
function isTree(states: readonly Neighbour[], { from, to, events }: Edge): boolean {
  const [source, target] = [states[from] as Neighbour, states[to] as Neighbour];
  return target.depth === source.depth + 1 && target.path.at(-1) === events[0];
}

/** Events that lead to a state, each once. */
function waysTo(edges: readonly Edge[], number: number): string[] {
  return [
    ...new Set(edges.filter(({ to }) => to === number).flatMap(({ events }) => events.map(formatEvent))),
  ];
}

/** The roots of a state, and whether the cached ones are in the vTLB. */
function summaryOf({ machine: { vcpus } }: Neighbour): string {
  return vcpus
    .map(({ guest, mmu }) => {
      const cached = mmu.prevRoots.map(formatRoot).join(' ');
      return `${formatRoot(mmu.root)} ${guest.cr4.pcide ? cached : `(${cached})`}`;
    })
    .join(', ');
}

interface NodeProps {
  readonly state: Neighbour;
  readonly ways: readonly string[];
  readonly place: Place;
  readonly point: (isPointed: boolean) => void;
}

function Node({ state, ways, place: { x, y }, point }: NodeProps) {
  const { path, broken } = state;
  const texts = path.map(formatEvent);
  const style = { left: `${x}px`, top: `${y}px`, width: `${WIDTH}px` };
  const last = texts.at(-1);
  if (last === undefined) {
    return (
      <li style={style}>
        <span class="node here">
          this state
          <span class="summary">{summaryOf(state)}</span>
        </span>
      </li>
    );
  }
  const breaks = broken.length === 0 ? '' : `, breaks ${broken.join(', ')}`;
  return (
    <li style={style}>
      <button
        type="button"
        class={broken.length > 0 ? 'node is-broken' : 'node'}
        title={`${texts.join('; ')}${breaks}${ways.length > 1 ? `\nalso by ${ways.filter((way) => way !== last).join('; ')}` : ''}`}
        onMouseEnter={() => point(true)}
        onMouseLeave={() => point(false)}
        onFocus={() => point(true)}
        onBlur={() => point(false)}
        onClick={() => {
          const { events, step } = link.value;
          show({ events: [...events.slice(0, step), ...path], step: step + path.length });
        }}
      >
        {broken.length > 0 && '! '}
        {texts.length > 1 && <span class="unseen">{texts.slice(0, -1).join(', then ')}, then </span>}
        {last}
        {breaks !== '' && <span class="unseen">{breaks}</span>}
        {ways.length > 1 && <small> +{ways.length - 1}</small>}
        <span class="summary">{summaryOf(state)}</span>
      </button>
    </li>
  );
}
