import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACTS, type ContractName } from '../../../spec/contracts/named.ts';
import { DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import {
  formatLink,
  type KernelChoice,
  type Link,
  MOST_EVENTS,
  parseLink,
  START,
} from '../../../src/explore/link.ts';
import { LinkError } from '../../../src/explore/link-error.ts';
import { refit } from '../../../src/explore/model/refit.ts';

const keysOf = <K extends string>(record: Record<K, unknown>) => Object.keys(record) as K[];

const choice: fc.Arbitrary<KernelChoice> = fc.record({
  kernel: fc.constantFrom(...keysOf(KERNELS)) as fc.Arbitrary<KernelName>,
  set: fc
    .uniqueArray(fc.constantFrom(...keysOf(DECISIONS)), { maxLength: 3 })
    .chain((names) =>
      fc
        .tuple(...names.map((name) => fc.constantFrom(...Object.keys(DECISIONS[name].values))))
        .map((values) => Object.fromEntries(names.map((name, i) => [name, values[i] as string]))),
    ),
});

const anyLink: fc.Arbitrary<Link> = fc
  .constantFrom(...(keysOf(LAYOUTS) as LayoutName[]))
  .chain((layout) => {
    const bounds = { spaces: 3, userPages: 2 };
    const events = fc.array(fc.constantFrom(...buildLayout(LAYOUTS[layout], bounds).events), {
      maxLength: 12,
    });
    return fc.record({
      choice,
      versus: fc.option(choice),
      contract: fc.constantFrom(...(keysOf(CONTRACTS) as ContractName[])),
      events,
      where: fc.option(fc.nat()),
      layout: fc.constant(layout),
      bounds: fc.constant(bounds),
    });
  })
  .map(({ choice: chosen, where, events, ...rest }) => ({
    ...chosen,
    ...rest,
    events,
    step: where && where % (events.length + 1),
  }));

describe('a link', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(parseLink(`#${formatLink(link)}`)).toEqual(link);
      }),
    );
  });

  it('is readable, and needs no escapes that a chat would break', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(formatLink(link)).toMatch(/^[a-z0-9.&=+;:,-]*$/i);
      }),
    );
  });

  it('shows the start where it is empty, and names no step where none is given', () => {
    expect(parseLink('')).toEqual(START);
    expect(parseLink('#')).toEqual(START);
    expect(parseLink('#events=access+u0;mov-cr3+b').step).toBeNull();
    expect(formatLink(START)).toBe('kernel=v6.12&contract=kvm&layout=minimal');
  });

  it('may be escaped more than it needs to be', () => {
    expect(parseLink('#events=write-pte%20a%3Au0%20f2%3Bmov-cr3+b').events).toHaveLength(2);
  });

  it.each([
    ['kernel=v9', 'kernel: expected one of v5.12, ', "found 'v9'"],
    ['versus=v9', 'versus: expected one of v5.12, ', "found 'v9'"],
    ['contract=amd', 'contract: expected one of sdm, kvm', "found 'amd'"],
    ['layout=constructor', 'layout: expected one of minimal', "found 'constructor'"],
    ['bound=dogs=2', 'bound: expected one of spaces', "found 'dogs'"],
    ['bound=spaces=9', 'bound: expected spaces from 1 to 8', "found '9'"],
    ['bound=spaces', 'bound: expected name=value pairs', "found 'spaces'"],
    ['bound=userPages=0', 'bound: expected bounds that describe a guest', 'at least one virtual page'],
    ['set=pcideSet=never', 'set: expected a decision', "no value 'never'"],
    ['versus-set=pcideSet=reload', 'versus-set: expected a part versus', 'found none'],
    ['events=access+u0;mov-cr3+d', 'events: event 2, column 9: expected a space (a, b)', "found 'd'"],
    ['events=access', 'events: event 1, column 7: expected a page (u0)', 'found the end of the line'],
    ['events=access+u0&step=2', 'step: expected a step from 0 to 1', "found '2'"],
    ['step=-1', 'step: expected a step from 0 to 0', "found '-1'"],
    ['colour=red', 'part 1: expected NAME=VALUE', "found 'colour=red'"],
    ['kernel', 'part 1: expected NAME=VALUE', "found 'kernel'"],
    ['kernel=v5.13&kernel=v5.14', 'kernel: expected each part at most once', 'a second time'],
    ['kernel=%zz', 'kernel: expected text in which each % begins a %XX', "found '%zz'"],
    [
      `events=${'access+u0;'.repeat(MOST_EVENTS)}access+u0`,
      'events: expected at most',
      `found ${MOST_EVENTS + 1}`,
    ],
    [`kernel=${'x'.repeat(5000)}`, 'kernel: expected one of', `${'x'.repeat(60)}...'`],
  ])('names the place of what is wrong: %s', (fragment, place, found) => {
    const thrown = errorOf(() => parseLink(fragment));
    expect(thrown).toBeInstanceOf(LinkError);
    expect(thrown?.message.startsWith(place)).toBe(true);
    expect(thrown?.message).toContain(found);
  });
});

describe('a link that is given another layout', () => {
  it('keeps the events that it still has, up to the first that it has not', () => {
    const link = parseLink('#layout=kernel&events=access+u0;access+k0;mov-cr3+b&step=3');
    expect(refit({ ...link, layout: 'minimal' })).toMatchObject({ events: [{ page: 'u0' }], step: 1 });
    expect(refit({ ...link, layout: 'deep', bounds: { kernelPages: 1 } })).toMatchObject({ step: 3 });
  });
});

function errorOf(act: () => unknown): Error | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
