import type { CompletedCommand, Words } from './words.ts';

/**
 * What completes vtlb in bash. It takes the line apart at blanks itself, because bash breaks it at `=` too, and gives
 * each word without what stands before its last `=`, as bash then expects.
 */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const options = commands.flatMap(({ name, options: own }) =>
    own.flatMap(({ flags, value, isVariadic }) => flags.map((flag) => ({ name, flag, value, isVariadic }))),
  );
  const takes = options.filter(({ value }) => value !== null);
  return `# bash completion for vtlb: source <(vtlb completion bash)
_vtlb() {
  local line=\${COMP_LINE:0:COMP_POINT} words current= command= option= word offered= paths=
  read -ra words <<< "$line"
  if [[ $line != *[[:space:]] ]]; then
    current=\${words[\${#words[@]} - 1]}
    unset "words[\${#words[@]} - 1]"
  fi
  for word in "\${words[@]:1}"; do
    if [[ $word == -* ]]; then
      option=$word
      case "$command $option" in
${cases(takes.map(({ name, flag }) => `${name} ${flag}`))}) ;;
        *) option= ;;
      esac
    elif [[ -z $command ]]; then
      command=$word
    else
      case "$command $option" in
${cases(takes.filter(({ isVariadic }) => isVariadic).map(({ name, flag }) => `${name} ${flag}`))}) ;;
        *) option= ;;
      esac
    fi
  done
  if [[ $current == --*=* ]]; then
    option=\${current%%=*}
    current=\${current#*=}
  fi
  case "$command $option" in
    ' ') offered='${[...commands.map(({ name }) => name), 'help', '--help', '--version'].join(' ')}' ;;
    'help ') offered='${commands.map(({ name }) => name).join(' ')}' ;;
${takes.map(({ name, flag, value }) => `    '${name} ${flag}') ${offer(value as Words)} ;;`).join('\n')}
${commands.map(plain).join('\n')}
  esac
  local before=
  if [[ $COMP_WORDBREAKS == *=* && $current == *=* ]]; then before=\${current%"\${current##*=}"}; fi
  local found
  COMPREPLY=()
  while IFS= read -r found; do COMPREPLY+=("\${found#"$before"}"); done < <(compgen -W "$offered" -- "$current")
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2> /dev/null; fi
  if [[ -n $paths ]]; then
    compopt -o filenames 2> /dev/null
    while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$paths" -- "$current")
  fi
}
complete -F _vtlb vtlb`;
}

function plain({ name, options, argument }: CompletedCommand): string {
  const flags = options.flatMap((option) => option.flags).join(' ');
  return `    '${name} ')
      if [[ $current == -* ]]; then offered='${flags}'; else ${offer(argument)}; fi ;;`;
}

function offer({ words, paths }: Words): string {
  const kind = { files: "; paths='-f'", folders: "; paths='-d'" };
  return `offered='${words.join(' ')}'${paths === undefined ? '' : kind[paths]}`;
}

function cases(patterns: readonly string[]): string {
  return patterns.map((pattern) => `        '${pattern}'`).join(' | \\\n');
}
