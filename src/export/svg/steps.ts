import type { Picture } from '../../picture/picture.ts';
import { wrap } from '../../report/wrap.ts';
import { type Block, column, fitting, round, text } from './block.ts';

/** Where the numbers stand: the text begins behind them. */
const LANE = 40;
const RADIUS = 12;

/**
 * The trace as a path from state to state: each step with its number, what it raised and read, what it broke,
 * and what changed.
 *
 * @param shown the state that is drawn beside it
 */
export function stepsBlock(pictures: readonly Picture[], shown: number, width: number): Block {
  return column(pictures.map((picture, i) => stepBlock(picture, i === pictures.length - 1, shown, width)));
}

function stepBlock(picture: Picture, isLast: boolean, shown: number, width: number): Block {
  const { at, step } = picture;
  const said = column(stepLines(picture, shown, width - LANE));
  const height = Math.max(said.height, 2 * RADIUS) + 14;
  const isBroken = step !== null && step.breaches.length > 0;
  return {
    width,
    height,
    draw: (x, y) =>
      [
        `<circle class="f-${isBroken ? 'stale' : at === shown ? 'vtlb' : 'plain'}" cx="${round(x + RADIUS)}" cy="${round(y + RADIUS)}" r="${RADIUS}"/>`,
        `<text class="${isBroken ? 'stale' : 'strong'}" text-anchor="middle" x="${round(x + RADIUS)}" y="${round(y + RADIUS + 4.2)}">${at}</text>`,
        ...(isLast
          ? []
          : [
              `<path class="wire" marker-end="url(#vtlb-arrow)" d="M${round(x + RADIUS)} ${round(y + 2 * RADIUS + 1)}V${round(y + height - 3)}"/>`,
            ]),
        said.draw(x + LANE, y + 3),
      ].join('\n'),
  };
}

function stepLines({ at, step, changes }: Picture, shown: number, width: number): Block[] {
  const folded = (content: string, tone: 'small' | 'stale', indent: string) =>
    wrap(content, fitting(width, tone) - indent.length).map((line, i) =>
      text(`${i === 0 ? indent : ' '.repeat(indent.length)}${line}`, tone),
    );
  const mark = at === shown ? [text('▸ drawn at the right', 'warn')] : [];
  if (step === null) return [text('start', 'strong'), ...mark];
  return [
    ...wrap(step.event, fitting(width, 'strong')).map((line) => text(line, 'strong')),
    ...mark,
    ...(step.outcome === '#GP' ? [text('#GP: nothing changes', 'warn')] : []),
    ...(step.requests.length > 0 ? folded(`requests ${step.requests.join(', ')}`, 'small', '→ ') : []),
    ...(step.sees.length > 0 ? folded(`reads ${step.sees.join(' or ')}`, 'small', '← ') : []),
    ...step.breaches.flatMap(({ property }) => folded(`breaks ${property}`, 'stale', '✗ ')),
    ...changes.flatMap((change) => folded(change.text, 'small', '· ')),
  ];
}
