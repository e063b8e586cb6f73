import { drawPicture } from '../../picture/draw.ts';
import type { Picture } from '../../picture/picture.ts';
import { formatKernelName } from '../../report/check.ts';
import { explainStale } from '../../report/explain.ts';
import { VERDICT } from '../../report/replay.ts';
import { wrap } from '../../report/wrap.ts';
import { ExportError } from '../export-error.ts';
import { staleSpans } from '../stale-spans.ts';
import type { TraceRun } from '../trace-run.ts';
import { type Block, column, escapeXml, fitting, row, STYLE, text } from './block.ts';
import { stateBlock } from './state.ts';
import { stepsBlock } from './steps.ts';

const STEPS_WIDTH = 380;
const STATE_WIDTH = 720;
const MARGIN = 24;
/** A drawing of more is not looked at, and the time that it takes grows faster than the trace. */
const MOST_EVENTS = 2000;

/**
 * A drawing that needs nothing else: the trace from state to state, and beside it one state, the first in which
 * something is stale or else the last. It has no script and no font of its own.
 *
 * @throws ExportError for a trace that is too long to look at
 */
export function toSvg(run: TraceRun): string {
  const { world, replay } = run;
  if (replay.steps.length > MOST_EVENTS)
    throw new ExportError(`a drawing has at most ${MOST_EVENTS} events, found ${replay.steps.length}`);
  const pictures = Array.from({ length: replay.steps.length + 1 }, (_, at) => drawPicture(world, replay, at));
  const shown = staleSpans(run)[0]?.from ?? replay.steps.length;
  const whole = column(
    [
      heading(run),
      row(
        [
          column([text('the trace', 'head'), stepsBlock(pictures, shown, STEPS_WIDTH)], 8),
          column(
            [
              text(stateTitle(pictures[shown] as Picture), 'head'),
              stateBlock(pictures[shown] as Picture, STATE_WIDTH),
              legend(),
            ],
            14,
          ),
        ],
        28,
      ),
    ],
    20,
  );
  const width = Math.ceil(whole.width + 2 * MARGIN);
  const height = Math.ceil(whole.height + 2 * MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="vtlb-title vtlb-desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title id="vtlb-title">${escapeXml(titleOf(run))}</title>`,
    `<desc id="vtlb-desc">${escapeXml(describe(run, pictures))}</desc>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="vtlb-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#57606a"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    whole.draw(MARGIN, MARGIN),
    '</svg>',
    '',
  ].join('\n');
}

function titleOf({ replay }: TraceRun): string {
  return VERDICT[replay.verdict].replace(/ {2,}/, ': ');
}

function heading(run: TraceRun): Block {
  const { contract, world, replay } = run;
  const full = STEPS_WIDTH + STATE_WIDTH;
  const bounds = Object.entries(world.layout.bounds).map(([name, value]) => `${name}=${value}`);
  const about = `kernel ${formatKernelName(run)}, contract ${contract}, layout ${run.layout} (${bounds.join(' ')})`;
  const why = explainStale(world, replay);
  return column(
    [
      ...wrap(titleOf(run), fitting(full, 'title')).map((line) => text(line, 'title')),
      ...wrap(about, fitting(full, 'muted')).map((line) => text(line, 'muted')),
      ...(why === null ? [] : wrap(why, fitting(full, 'ink')).map((line) => text(line, 'ink'))),
    ],
    3,
  );
}

function stateTitle({ at, step }: Picture): string {
  return step === null ? 'the start' : `after step ${at}: ${step.event}`;
}

function legend(): Block {
  return column([
    text('* changed by this step.  A TLB entry in blue is in the vTLB: what the guest can use', 'small'),
    text('without another sync or flush.  STALE: in the vTLB, and nothing the guest’s own TLB', 'small'),
    text('could hold; the number is the step since which.', 'small'),
  ]);
}

/** The drawing in words. */
function describe(run: TraceRun, pictures: readonly Picture[]): string {
  const steps = pictures.flatMap(({ at, step, changes }) =>
    step === null
      ? []
      : [`${at}. ${step.event}: ${changes.map((change) => change.text).join('; ') || 'nothing changes'}.`],
  );
  return [
    `Kernel ${formatKernelName(run)}, contract ${run.contract}, layout ${run.layout}.`,
    ...steps,
    explainStale(run.world, run.replay) ?? '',
  ]
    .join(' ')
    .trim();
}
