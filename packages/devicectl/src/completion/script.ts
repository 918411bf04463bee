import type { Completes } from '../command.ts';
import type { CompletedPath } from './words.ts';

/** For `source`. Nothing is started at the Tab key: all words are in the script, which is made anew with each version. */
export function bashScript(paths: readonly CompletedPath[]): string {
  return `# Completion of devicectl for bash, made by "devicectl completion bash".
${functionFor(paths)}
complete -F _devicectl devicectl
`;
}

/** The same function by way of zsh's support for those of bash. */
export function zshScript(paths: readonly CompletedPath[]): string {
  return `# Completion of devicectl for zsh, made by "devicectl completion zsh".
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
autoload -Uz bashcompinit && bashcompinit
${functionFor(paths)}
complete -F _devicectl devicectl
`;
}

const functionFor = (paths: readonly CompletedPath[]): string => `_devicectl_words() {
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_devicectl_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
  # So that folders get their slash, and blanks their backslash; zsh has no such thing, and needs none.
  compopt -o filenames 2>/dev/null
  return 0
}

_devicectl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" typed='' index=1
  COMPREPLY=()
  # bash takes --status=FAILED for three words.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  if [[ \${COMP_WORDS[1]} == 'help' && $COMP_CWORD -gt 1 ]]; then index=2; fi
  while [[ $index -lt $COMP_CWORD ]]; do
    case "$typed \${COMP_WORDS[index]}" in
      ${paths
        .filter(({ path }) => path !== '')
        .map(({ path }) => quoted(` ${path}`))
        .join('|')}) typed="$typed \${COMP_WORDS[index]}" ;;
      *) break ;;
    esac
    index=$((index + 1))
  done
  case "$typed" in
${paths.map(caseOf).join('\n')}
  esac
}
`;

function caseOf({ path, next, options, values }: CompletedPath): string {
  const inner = Object.entries(values).map(
    ([option, words]) => `        ${quoted(option)}) ${offer(words)}; return ;;`,
  );
  const byPrevious = inner.length === 0 ? [] : ['      case "$previous" in', ...inner, '      esac'];
  return [
    `    ${quoted(path === '' ? '' : ` ${path}`)})`,
    ...byPrevious,
    `      if [[ $current == -* ]]; then ${offer(options)}; else ${offer(next)}; fi`,
    '      ;;',
  ].join('\n');
}

function offer(words: Completes): string {
  if (words === 'files') return '_devicectl_files "$current"';
  return words.length === 0 ? ':' : `_devicectl_words ${quoted(words.join(' '))} "$current"`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
