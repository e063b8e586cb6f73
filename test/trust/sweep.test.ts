import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';
import { configurationAt } from './draw.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { commandsOf } from './report.ts';
import { sweep } from './sweep.ts';
import { Tally } from './tally.ts';

describe('vtlb check says what a plain search says; npm run test:trust compares more', () => {
  it.each(EXAMPLES.map((example) => [example.what, example] as const))('%s', async (_, example) => {
    const { how, counted, resumed, differences } = await compare(example.configuration);
    expect(differences).toEqual([]);
    expect({ how, counted, resumed }).toEqual({
      how: example.how,
      counted: example.counted,
      resumed: example.configuration.stops.length,
    });
  });

  it('at random, and as a command', async () => {
    const { tally, differing } = await sweep({
      seed: 1,
      count: 2,
      first: 0,
      mostStates: 100,
      commandEach: 1,
    });
    expect([differing, tally.compared]).toEqual([[], 2]);
  });
});

it('the same seed gives the same configurations, and another one others', () => {
  const texts = (seed: number) =>
    Array.from({ length: 20 }, (_, number) => JSON.stringify(configurationAt(seed, number, 0)));
  expect(texts(7)).toEqual(texts(7));
  expect(new Set([...texts(7), ...texts(8)]).size).toBe(40);
});

it('a sweep that always compares the same is told', async () => {
  const { configuration } = EXAMPLES[0] as Example;
  const compared = await compare(configuration);
  const tally = new Tally();
  for (let i = 0; i < 1000; i++) tally.add(configuration, compared, false);
  const few = tally.tooFew();
  expect(few).toContain('layout deep: 0, expected at least 7');
  expect(few.some((line) => line.startsWith('compared violated: 0, '))).toBe(true);
  expect(few.some((line) => line.startsWith('compared holds'))).toBe(false);
});

it('a search that is stopped and resumed is told as commands', async () => {
  const { configuration } = EXAMPLES.find(({ what }) => what === 'stopped and resumed') as Example;
  const command = 'npx vtlb check --kernel v6.12 --contract kvm --layout minimal --tlbs apart';
  const bounds = '--bound spaces=1 --bound pcids=1 --bound frames=3';
  const commands = commandsOf({ configuration, compared: await compare(configuration) });
  expect(commands.map((each) => each.replace(/states \d+/, 'states N'))).toEqual([
    `${command} ${bounds} --max-states N --checkpoint search.checkpoint`,
    `${command} ${bounds} --max-states N --checkpoint search.checkpoint --resume search.checkpoint`,
    `${command} ${bounds} --resume search.checkpoint`,
  ]);
});
