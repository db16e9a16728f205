import type { Command } from 'commander';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { connect, UsageError } from './connect.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** Asks us for the words that can come next; each of the shells only knows how to ask. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_vsms() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(vsms __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default
  COMPREPLY=("\${COMPREPLY[@]// /\\\\ }")
}
complete -F _vsms vsms
`,
  zsh: `#compdef vsms
_vsms() {
  local -a found
  found=("\${(@f)$(vsms __complete -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}")
  if (( \${#found} )) && [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
compdef _vsms vsms
`,
  fish: `function __vsms_words
  vsms __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete -c vsms -a '(__vsms_words)'
`,
};

/** vsms completion SHELL */
export const printCompletion = (shell: string): void => {
  const script = SCRIPTS[shell as Shell];
  if (script === undefined) throw new UsageError(`There is completion for ${SHELLS.join(', ')}.`);
  process.stdout.write(script);
};

/**
 * Words that can stand in the place of the last of `words`: commands and options from what we are, machines from the
 * service. Nothing is said when the service cannot be asked: nobody wants an error below the prompt.
 */
export const complete = async (program: Command, words: readonly string[]): Promise<readonly string[]> => {
  const typed = words.at(-1) ?? '';
  let command = program;
  let positionals = 0;
  for (const word of words.slice(0, -1)) {
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next !== undefined) command = next;
    else if (!word.startsWith('-')) positionals += 1;
  }
  const visible = command.commands.filter((each) => !each.name().startsWith('__')).map((each) => each.name());
  const found = typed.startsWith('-')
    ? command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]))
    : visible.length > 0
      ? visible
      : command.registeredArguments[positionals]?.name() === 'vm'
        ? await machineNames()
        : [];
  return found.filter((word) => word.startsWith(typed) && !/[\n\r]/.test(word));
};

const machineNames = async (): Promise<readonly string[]> => {
  try {
    const client = await connect({});
    try {
      return (await new VirtualMachines(client).list()).map(({ name }) => name);
    } finally {
      client.close();
    }
  } catch {
    return [];
  }
};
