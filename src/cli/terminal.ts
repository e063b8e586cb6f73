import { Command, Option } from 'commander';
import type { Terminal } from './thread/messages.ts';
import { workerTerminal } from './thread/tell.ts';

/** How wide text is where nobody says. */
const COLUMNS = 100;
/** Narrower than this, text is not set. */
const FEWEST = 30;

const WHEN = ['always', 'never', 'auto'] as const;
let chosen: (typeof WHEN)[number] = 'auto';

/** Adds `--color`, which counts from when it is parsed on, for `--help` too. */
export function addColorOption(command: Command): Command {
  return command
    .addOption(
      new Option('--color <when>', 'colour the text').choices(WHEN).default('auto', 'auto: on a terminal'),
    )
    .on('option:color', (when: (typeof WHEN)[number]) => {
      chosen = when;
    });
}

/**
 * What standard output is: as wide as `COLUMNS` says, or else the terminal, or else 100 columns; in colours as `--color`
 * says, or else `NO_COLOR` or `FORCE_COLOR`, or else on a terminal that has some.
 */
export function terminal(): Terminal {
  const found = workerTerminal() ?? {
    columns: (columnsIn(process.env.COLUMNS) ?? process.stdout.columns) || COLUMNS,
    hasColours: commander.getOutHasColors?.() ?? false,
  };
  return {
    columns: Math.max(FEWEST, found.columns),
    hasColours: chosen === 'auto' ? found.hasColours : chosen === 'always',
  };
}

/** What commander itself makes of the variables and of the terminal. */
const commander = new Command().configureOutput();

function columnsIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
