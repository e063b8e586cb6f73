import type { Command } from 'commander';
import { paintTitle } from '../report/paint.ts';
import { fitted } from '../report/wrap.ts';
import { terminal } from './terminal.ts';

/** Lets the help of a command be as wide, and as colourful, as its other text. */
export function fitHelp(command: Command): Command {
  return command.configureHelp({ styleTitle: paintTitle, minWidthToWrap: 20 }).configureOutput({
    getOutHelpWidth: () => terminal().columns,
    getOutHasColors: () => terminal().hasColours,
  });
}

/**
 * Paragraphs for the end of the help of a command, as wide as the rest. A line that two blanks begin stays one; any other
 * goes on with what stands above it.
 */
export function details(text: string): () => string {
  const unfolded = text.replace(/(?<=\S)\n(?! {2}\S|\n|$) */g, ' ');
  return () => fitted(unfolded, terminal().columns);
}
