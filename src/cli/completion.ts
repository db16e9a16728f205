import type { Command, Option } from 'commander';
import type { CimClient } from '../client/cim-client.ts';
import type { Host } from '../client/host.ts';
import { Plans } from '../client/plans.ts';
import { ReferencePoints } from '../client/reference-points.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { withoutCmdlet } from './words/cmdlets.ts';
import { connect, connectHost, type ConnectOptions, UsageError } from './connect.ts';
import { type TypedWords, typedWords } from './words/typed-words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/**
 * Asks us for the words that can come next; each of the shells only knows how to ask. What comes back has names that somebody else
 * gave: no shell may run them. bash parts a word at `=` and `:`, and wants the end of it alone.
 */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_vsms() {
  local rest=$COMP_LINE cur=\${COMP_WORDS[COMP_CWORD]} words=() each i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    each=\${COMP_WORDS[i]}
    if ((i == 0)) || [[ $rest == [[:space:]]* ]]; then words+=("$each"); else words[\${#words[@]}-1]+=$each; fi
    rest=\${rest#*"$each"}
  done
  [[ $cur != [=:] ]] || cur=
  local typed=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS= read -r each; do
    printf -v each %q "\${each#"\${typed%"$cur"}"}"
    COMPREPLY+=("$each")
  done < <(vsms __complete -- "\${words[@]:1}" 2>/dev/null)
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default
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
 * Words that can stand in the place of the last of `words`: commands, options and their values from what we are, names of machines,
 * checkpoints, reference points, switches, plans and jobs from the service that the line names. Nothing is said when the service
 * cannot be asked: nobody wants an error below the prompt.
 */
export const complete = async (program: Command, words: readonly string[]): Promise<readonly string[]> => {
  const typed = words.at(-1) ?? '';
  const before = withoutCmdlet(words).slice(0, -1);
  let command = program;
  for (;;) {
    const next = command.commands.find((each) => each.name() === before[0] || each.aliases().includes(before[0] ?? ''));
    if (next === undefined) break;
    command = next;
    before.shift();
  }
  const line = typedWords(command, before);
  const found = await wordsFor(command, line, typed);
  return found.filter((word) => word.startsWith(typed) && !/[\n\r]/.test(word));
};

const wordsFor = async (command: Command, line: TypedWords, typed: string): Promise<readonly string[]> => {
  if (line.pending !== null) return valuesOf(line.pending, line);
  const [, flag] = /^(--[^=]+)=/.exec(typed) ?? [];
  const assigned = flag === undefined ? undefined : command.options.find(({ long }) => long === flag);
  if (assigned?.required === true) return (await valuesOf(assigned, line)).map((value) => `${flag}=${value}`);
  if (typed.startsWith('-'))
    return command.options.flatMap(({ long, hidden }) => (hidden || long === undefined || long === null ? [] : [long]));
  const visible = command.commands.filter((each) => !each.name().startsWith('__')).map((each) => each.name());
  if (visible.length > 0) return visible;
  return namesOf(command.registeredArguments[line.given.length]?.name() ?? '', line.given, line.options);
};

/** An option that is called as an argument is, like --switch, takes the same names. */
const valuesOf = async (option: Option, { given, options }: TypedWords): Promise<readonly string[]> =>
  option.argChoices ?? namesOf(option.attributeName(), given, options);

/** How names are asked for: whoever has nothing but a token has no client of WS-Management. */
interface Asked {
  readonly host: () => Promise<Host>;
  readonly client: () => Promise<CimClient>;
}

/** Names that an argument can have, by what the command calls it; `given`: the arguments before it. */
const NAMES: Readonly<Record<string, (asked: Asked, given: readonly string[]) => Promise<readonly string[]>>> = {
  vm: async ({ host }) => (await (await host()).machines.list()).map(({ name }) => name),
  checkpoint: async ({ host }, [vm = '']) => {
    const { machines } = await host();
    return (await machines.checkpoints((await machines.find(vm)).id)).map(({ name }) => name);
  },
  job: async ({ host }) => (await (await host()).jobs.list()).map(({ id }) => id),
  point: async ({ client: open }, [vm = '']) => {
    const client = await open();
    const { id } = await new VirtualMachines(client).find(vm);
    return (await new ReferencePoints(client).list(id)).map(({ id: point }) => point);
  },
  switch: async ({ host }) => (await (await host()).switches.list()).map(({ name }) => name),
  adapter: async ({ host }) => (await (await host()).switches.adapters()).map(({ name }) => name),
  plan: async ({ client }) => (await new Plans(await client()).list()).map(({ name }) => name),
};

/** Names of a kind at the service that `options` name; none where it cannot be asked. */
export const namesOf = async (
  what: string,
  given: readonly string[],
  options: ConnectOptions,
): Promise<readonly string[]> => {
  const find = Object.hasOwn(NAMES, what) ? NAMES[what] : undefined;
  if (find === undefined) return [];
  const opened: { close(): void }[] = [];
  const kept =
    <T extends { close(): void }>(open: (options: ConnectOptions) => Promise<T>) =>
    async (): Promise<T> => {
      const found = await open(options);
      opened.push(found);
      return found;
    };
  try {
    return await find({ host: kept(connectHost), client: kept(connect) }, given);
  } catch {
    return [];
  } finally {
    for (const each of opened) each.close();
  }
};
