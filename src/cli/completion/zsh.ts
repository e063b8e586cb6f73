import type { CompletedCommand, CompletedOption, Words } from './words.ts';

/** What completes vtlb in zsh, as a file \`_vtlb\` of its function path or sourced. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, doc }) => `    ${quoted(`${name}:${doc}`)}`).join('\n');
  return `#compdef vtlb
# zsh completion for vtlb: source <(vtlb completion zsh), or a file _vtlb in a folder of $fpath
_vtlb() {
  local -a commands
  commands=(
${names}
  )
  local curcontext=$curcontext context state line
  typeset -A opt_args
  _arguments -C '--help[display help]' '--version[output the version number]' ':command:->command' '*::argument:->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${commands.map(caseOf).join('\n')}
        help) _describe command commands ;;
      esac
      ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _vtlb "$@"; else compdef _vtlb vtlb; fi`;
}

function caseOf({ name, options, argument }: CompletedCommand): string {
  const specs = [...options.flatMap(optionSpecs), quoted(`*:argument:${action(argument)}`)];
  return `        ${name}) _arguments ${specs.join(' \\\n          ')} ;;`;
}

function optionSpecs({ flags, doc, value, isVariadic }: CompletedOption): string[] {
  const repeats = isVariadic || doc.includes('may be repeated') ? '*' : '';
  const what = doc.replace(/[\\[\]:]/g, '\\$&');
  return flags.map((flag) =>
    quoted(value === null ? `${flag}[${what}]` : `${repeats}${flag}=[${what}]:value:${action(value)}`),
  );
}

function action({ words, paths }: Words): string {
  const offered = words.length === 0 ? [] : [`compadd -S "" -- ${words.join(' ')}`];
  const plain =
    words.length === 0 || words.some((word) => word.endsWith('='))
      ? offered
      : [`compadd -- ${words.join(' ')}`];
  const files = { files: ['_files'], folders: ['_files -/'] };
  const parts = [...plain, ...(paths === undefined ? [] : files[paths])];
  return parts.length === 0 ? ' ' : `{ ${parts.join('; ')} }`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
