import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { checkDecision } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import { BOUND_LIMITS, type BoundName, type Bounds, checkBounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { isKernelFile } from '../kernels/kernel-file.ts';
import { TraceError } from '../trace/error.ts';
import { parseTrace } from '../trace/parse.ts';
import { formatEvent } from '../trace/print.ts';
import { expectCarriedOut } from './code-in-link.ts';
import { LinkError } from './link-error.ts';
import { isLinuxCode } from './linux-code.ts';
import { kernelCalled, kernelNames, whyNot } from './own-kernels.ts';

/** A kernel, named, by the name of a kernel file or as Linux's own code, and the decisions that are changed on top. */
export interface KernelChoice {
  readonly kernel: string;
  readonly set: Readonly<Record<string, string>>;
}

/** All that decides what the explorer shows, but for what is folded open. */
export interface Link extends KernelChoice {
  readonly contract: ContractName;
  readonly layout: LayoutName;
  readonly bounds: Readonly<Partial<Bounds>>;
  /** A second kernel, on the same events. */
  readonly versus: KernelChoice | null;
  readonly events: readonly Event[];
  /** The step that is shown; 0 is the start. Null for the first that breaks something, or the last if none does. */
  readonly step: number | null;
}

/** What an empty address shows. */
export const START: Link = {
  kernel: 'v6.12',
  set: {},
  contract: 'kvm',
  layout: 'minimal',
  bounds: {},
  versus: null,
  events: [],
  step: null,
};

/** Events that a link may have: each is carried out anew whenever the page is drawn. */
export const MOST_EVENTS = 1000;

/** The names of the parts, in the order in which they are written. */
const PARTS = [
  'kernel',
  'set',
  'versus',
  'versus-set',
  'contract',
  'layout',
  'bound',
  'events',
  'step',
] as const;

type Part = (typeof PARTS)[number];

/**
 * Writes a link as the part of an address behind `#`, readable as it stands:
 * `kernel=v5.13&contract=kvm&layout=minimal&events=access+u0;mov-cr3+b&step=2`.
 */
export function formatLink({ kernel, set, versus, contract, layout, bounds, events, step }: Link): string {
  const texts: Record<Part, string | null> = {
    kernel,
    set: pairs(set),
    versus: versus?.kernel ?? null,
    'versus-set': versus && pairs(versus.set),
    contract,
    layout,
    bound: pairs(bounds),
    events: events.map(formatEvent).join(';') || null,
    step: step === null ? null : `${step}`,
  };
  return PARTS.filter((part) => texts[part] !== null)
    .map((part) => `${part}=${encode(texts[part] as string)}`)
    .join('&');
}

function pairs(values: Readonly<Record<string, unknown>>): string | null {
  return (
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join(',') || null
  );
}

function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, '+')
    .replace(/%3[ABD]|%2C|%40/g, decodeURIComponent);
}

/**
 * Reads what `formatLink` writes, with or without the `#` in front. What a link leaves out is as in `START`.
 *
 * @throws LinkError that names the part and the place in it, and says what was expected
 */
export function parseLink(fragment: string): Link {
  const texts = partsOf(fragment.replace(/^#/, ''));
  const layout = nameIn('layout', texts.layout ?? START.layout, LAYOUTS) as LayoutName;
  const bounds = parseBounds(texts.bound, layout);
  const events = parseEvents(texts.events ?? '', layout, bounds);
  if (texts['versus-set'] !== undefined && texts.versus === undefined)
    throw new LinkError('versus-set', 'a part versus that names the second kernel', 'none');
  const link: Link = {
    kernel: kernelIn('kernel', texts.kernel ?? START.kernel),
    set: parseSet('set', texts.set),
    contract: nameIn('contract', texts.contract ?? START.contract, CONTRACTS) as ContractName,
    layout,
    bounds,
    versus:
      texts.versus === undefined
        ? null
        : {
            kernel: kernelIn('versus', texts.versus),
            set: parseSet('versus-set', texts['versus-set']),
          },
    events,
    step: parseStep(texts.step, events.length),
  };
  const image = buildLayout(LAYOUTS[layout], bounds);
  expectCarriedOut(link, 'set', image, events);
  if (link.versus !== null) expectCarriedOut(link.versus, 'versus-set', image, events);
  return link;
}

function partsOf(fragment: string): Partial<Record<Part, string>> {
  const texts: Partial<Record<Part, string>> = {};
  for (const [i, piece] of fragment.split('&').entries()) {
    if (piece === '') continue;
    const at = piece.indexOf('=');
    const name = at < 0 ? piece : piece.slice(0, at);
    const part = PARTS.find((each) => each === name);
    if (part === undefined || at < 0)
      throw new LinkError(`part ${i + 1}`, `NAME=VALUE, the name one of ${PARTS.join(', ')}`, quote(piece));
    if (texts[part] !== undefined) throw new LinkError(part, 'each part at most once', 'it a second time');
    texts[part] = decode(part, piece.slice(at + 1));
  }
  return texts;
}

function decode(part: Part, text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    throw new LinkError(part, 'text in which each % begins a %XX', quote(text));
  }
}

function nameIn(part: Part, name: string, known: object): string {
  if (Object.hasOwn(known, name)) return name;
  throw new LinkError(part, `one of ${Object.keys(known).join(', ')}`, quote(name));
}

/** The kernel files and code that a link names, which are to be loaded before it is read; none if it cannot be. */
export function servedKernelsIn(fragment: string): string[] {
  try {
    const { kernel, versus } = partsOf(fragment.replace(/^#/, ''));
    return [kernel, versus]
      .filter((name) => name !== undefined)
      .filter((name) => isKernelFile(name) || isLinuxCode(name));
  } catch {
    return [];
  }
}

function kernelIn(part: 'kernel' | 'versus', name: string): string {
  if (kernelCalled(name) !== undefined) return name;
  const why = whyNot(name);
  const known = `one of ${kernelNames().join(', ')}`;
  const what = isLinuxCode(name) ? "Linux's own code" : 'a kernel file';
  throw new LinkError(
    part,
    why === undefined ? known : `${known}, or ${what} that is served with the page (${why})`,
    quote(name),
  );
}

/** `name=value` after `name=value`, a comma between. */
function parsePairs(part: Part, text: string | undefined): [name: string, value: string][] {
  return (text ?? '')
    .split(',')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      if (at < 0) throw new LinkError(part, 'name=value pairs with commas between', quote(pair));
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
}

function parseSet(part: Part, text: string | undefined): Record<string, string> {
  const set = parsePairs(part, text);
  for (const [decision, value] of set) {
    try {
      checkDecision(decision, value);
    } catch (error) {
      throw new LinkError(part, 'a decision of a kernel and one of its values', (error as Error).message);
    }
  }
  return Object.fromEntries(set);
}

function parseBounds(text: string | undefined, layout: LayoutName): Partial<Bounds> {
  const bounds = parsePairs('bound', text).map(([name, digits]): [string, number] => {
    if (!Object.hasOwn(BOUND_LIMITS, name))
      throw new LinkError('bound', `one of ${Object.keys(BOUND_LIMITS).join(', ')}`, quote(name));
    const [least, greatest] = BOUND_LIMITS[name as BoundName];
    const value = Number(digits);
    if (!/^\d+$/.test(digits) || value < least || value > greatest)
      throw new LinkError('bound', `${name} from ${least} to ${greatest}`, quote(digits));
    return [name, value];
  });
  const overrides: Partial<Bounds> = Object.fromEntries(bounds);
  try {
    checkBounds({ ...buildLayout(LAYOUTS[layout]).bounds, ...overrides });
  } catch (error) {
    throw new LinkError('bound', 'bounds that describe a guest', (error as Error).message);
  }
  return overrides;
}

function parseEvents(text: string, layout: LayoutName, bounds: Partial<Bounds>): Event[] {
  const lines = text.split(';');
  if (lines.length > MOST_EVENTS)
    throw new LinkError('events', `at most ${MOST_EVENTS} events`, `${lines.length}`);
  try {
    return parseTrace(lines.join('\n'), buildLayout(LAYOUTS[layout], bounds)).map(({ event }) => event);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { line, column, expected } = error;
    const found = error.message.slice(error.message.lastIndexOf(', found ') + ', found '.length);
    throw new LinkError(`events: event ${line}, column ${column}`, expected, found);
  }
}

function parseStep(text: string | undefined, last: number): number | null {
  if (text === undefined) return null;
  const step = Number(text);
  if (/^\d+$/.test(text) && step <= last) return step;
  throw new LinkError('step', `a step from 0 to ${last}`, quote(text));
}

/** What was found, cut short where it is long. */
function quote(text: string): string {
  return `'${text.length > 60 ? `${text.slice(0, 60)}...` : text}'`;
}
