/*
 * Each asks `mcpzip complete` at every press of Tab, so that it knows the servers and tools of the moment and
 * need not be printed again after an upgrade.
 */

const BASH = `# mcpzip for bash: eval "$(mcpzip completion bash)" in ~/.bashrc
_mcpzip() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(mcpzip complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _mcpzip mcpzip
`;

const ZSH = `#compdef mcpzip
# mcpzip for zsh: eval "$(mcpzip completion zsh)" in ~/.zshrc, after compinit
_mcpzip() {
  local line word meaning
  local -a candidates
  for line in "\${(@f)$(mcpzip complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    word="\${line%%$'\\t'*}"
    [[ -z "$word" ]] && continue
    meaning=""
    [[ "$line" == *$'\\t'* ]] && meaning=":\${line#*$'\\t'}"
    candidates+=("\${word//:/\\\\:}$meaning")
  done
  if (( \${#candidates} )); then
    _describe 'mcpzip' candidates
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_mcpzip" ]]; then
  _mcpzip "$@"
else
  compdef _mcpzip mcpzip
fi
`;

const FISH = `# mcpzip for fish: mcpzip completion fish > ~/.config/fish/completions/mcpzip.fish
function __mcpzip_complete
    set -l words (commandline -opc)
    mcpzip complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c mcpzip -f -a '(__mcpzip_complete)'
complete -c mcpzip -n 'test (commandline -opc)[-1] = --config' -F
`;

const POWERSHELL = `# mcpzip for PowerShell: mcpzip completion powershell | Out-String | Invoke-Expression in $PROFILE
Register-ArgumentCompleter -Native -CommandName mcpzip -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    # Older versions drop an empty argument on its way to a program.
    $flags = @()
    if ($wordToComplete -eq '') { $flags = @('--new-word') }
    mcpzip complete @flags -- @words 2>$null | ForEach-Object {
        $word, $meaning = $_ -split "\`t", 2
        if (-not $meaning) { $meaning = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $meaning)
    }
}
`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL } as const;

export type Shell = keyof typeof SCRIPTS;

export const SHELLS: readonly Shell[] = ["bash", "zsh", "fish", "powershell"];

export function isShell(name: string): name is Shell {
  return Object.hasOwn(SCRIPTS, name);
}

/** What a shell is to run to know mcpzip's commands. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
