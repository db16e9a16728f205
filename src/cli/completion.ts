import type { Command } from 'commander';
import type { WsmanClient } from '../client/client.ts';
import { listJobs } from '../client/job-list.ts';
import { Plans } from '../client/plans.ts';
import { ReferencePoints } from '../client/reference-points.ts';
import { VirtualSwitches } from '../client/switches.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { withoutCmdlet } from './cmdlets.ts';
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
 * Words that can stand in the place of the last of `words`: commands and options from what we are, names of machines,
 * checkpoints, reference points, switches, plans and jobs from the service. Nothing is said when the service cannot be asked: nobody wants
 * an error below the prompt.
 */
export const complete = async (program: Command, words: readonly string[]): Promise<readonly string[]> => {
  const typed = words.at(-1) ?? '';
  let command = program;
  const given: string[] = [];
  for (const word of withoutCmdlet(words.slice(0, -1))) {
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next !== undefined) command = next;
    else if (!word.startsWith('-')) given.push(word);
  }
  const visible = command.commands.filter((each) => !each.name().startsWith('__')).map((each) => each.name());
  const found = typed.startsWith('-')
    ? command.options.flatMap(({ long, hidden }) => (hidden || long === undefined || long === null ? [] : [long]))
    : visible.length > 0
      ? visible
      : await namesOf(command.registeredArguments[given.length]?.name() ?? '', given);
  return found.filter((word) => word.startsWith(typed) && !/[\n\r]/.test(word));
};

/** Names that an argument can have, by what the command calls it; `given`: the arguments before it. */
const NAMES: Readonly<Record<string, (client: WsmanClient, given: readonly string[]) => Promise<readonly string[]>>> = {
  vm: async (client) => (await new VirtualMachines(client).list()).map(({ name }) => name),
  checkpoint: async (client, [vm = '']) => {
    const machines = new VirtualMachines(client);
    return (await machines.checkpoints((await machines.find(vm)).id)).map(({ name }) => name);
  },
  point: async (client, [vm = '']) =>
    (await new ReferencePoints(client).list((await new VirtualMachines(client).find(vm)).id)).map(({ id }) => id),
  switch: async (client) => (await new VirtualSwitches(client).list()).map(({ name }) => name),
  plan: async (client) => (await new Plans(client).list()).map(({ name }) => name),
  job: async (client) => (await listJobs(client)).map(({ id }) => id),
};

const namesOf = async (what: string, given: readonly string[]): Promise<readonly string[]> => {
  const find = NAMES[what];
  if (find === undefined) return [];
  try {
    const client = await connect({});
    try {
      return await find(client, given);
    } finally {
      client.close();
    }
  } catch {
    return [];
  }
};
