import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** What stands out in a report, and how. */
const RULES: readonly (readonly [pattern: RegExp, style: Style])[] = [
  [/(?<=^ *(?:\d+\. +)?)(?:VIOLATED|STALE|BROKEN|FAILS)(?= |$)/gm, ['red', 'bold']],
  [/(?<=^ *(?:\d+\. +)?)(?:HOLDS|CLEAN)(?= |$)/gm, ['green', 'bold']],
  [/(?<=^ *(?:\d+\. +)?)(?:STOPPED|NOT EXERCISED|OPEN|INCOMPLETE)(?= |$)/gm, ['yellow', 'bold']],
  [/JUDGED BY ITS OWN/g, ['red', 'bold']],
  [/(?<=^|\s)\w+=(?:\w+\/)*\w+!(?:\/\w+!?)*/gm, 'red'],
  [/^ *-{2,}(?: {2}-+)*$/gm, 'dim'],
];

/** Colours a report. */
export function paint(text: string): string {
  return RULES.reduce(
    (painted, [pattern, style]) => painted.replace(pattern, (found) => styled(style, found)),
    text,
  );
}

/** Colours the lines of a difference that begin with `-` or `+`. */
export function paintDifference(text: string): string {
  return text
    .replace(/^- .*$/gm, (line) => styled('red', line))
    .replace(/^\+ .*$/gm, (line) => styled('green', line));
}

/** Makes a title stand out. */
export function paintTitle(text: string): string {
  return styled('bold', text);
}

/** Whether there are colours at all is decided by who asks. */
function styled(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}
