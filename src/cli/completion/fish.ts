import type { CompletedCommand, CompletedOption, Words } from './words.ts';

/** What completes vtlb in fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const names = [...commands.map(({ name }) => name), 'help'].join(' ');
  return [
    '# fish completion for vtlb: vtlb completion fish | source',
    'complete -c vtlb -f',
    `set -l commands ${names}`,
    ...commands.map(
      ({ name, doc }) =>
        `complete -c vtlb -n "not __fish_seen_subcommand_from $commands" -a ${name} -d ${quoted(doc)}`,
    ),
    ...commands.flatMap(linesOf),
  ].join('\n');
}

function linesOf({ name, options, argument }: CompletedCommand): string[] {
  const seen = `__fish_seen_subcommand_from ${name}`;
  const line = (condition: string, rest: string) => `complete -c vtlb -n '${condition}' ${rest}`;
  const hasArgument = argument.words.length > 0 || argument.paths !== undefined;
  return [
    ...options.map((option) => line(seen, optionOf(option))),
    ...options.flatMap(({ flags: [flag = ''], value, isVariadic }) =>
      isVariadic && value !== null
        ? [line(`${seen}; and __fish_contains_opt ${flag.slice(2)}`, offer(value))]
        : [],
    ),
    ...(hasArgument ? [line(seen, offer(argument))] : []),
  ];
}

function optionOf({ flags, doc, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value === null ? [] : ['-r', offer(value)]), `-d ${quoted(doc)}`].join(' ');
}

function offer({ words, paths }: Words): string {
  const kind = { files: '-F', folders: "-f -a '(__fish_complete_directories)'" };
  return [
    paths === undefined ? '-f' : kind[paths],
    ...(words.length === 0 ? [] : [`-a ${quoted(words.join(' '))}`]),
  ].join(' ');
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
