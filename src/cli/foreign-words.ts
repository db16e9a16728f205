import { Command } from 'commander';
import { GROUPS } from './commands/groups.ts';

/**
 * Words of other command lines (virsh, incus, qm, docker, kubectl; spec people §2.2) and the commands that they may mean here. They are told,
 * not run: `stop` asks the guest there and turns off here, `destroy` is not what it says.
 */
export const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  add: ['vm create'],
  'attach-disk': ['disk attach'],
  backup: ['export', 'reference-point create'],
  bridge: ['switch list'],
  copy: ['vm clone'],
  cp: ['vm clone'],
  define: ['vm create', 'apply', 'import'],
  describe: ['vm show'],
  destroy: ['vm stop', 'vm delete'],
  'detach-disk': ['disk detach'],
  disks: ['disk list'],
  domblklist: ['disk list'],
  dominfo: ['vm show'],
  domjobinfo: ['job list'],
  down: ['vm shutdown'],
  dumpxml: ['vm manifest', 'export'],
  edit: ['vm edit', 'vm set'],
  events: ['audit list'],
  exec: ['vm console', 'vm type'],
  freeze: ['vm pause'],
  get: ['vm list', 'vm show'],
  halt: ['vm shutdown'],
  image: ['disk list'],
  images: ['disk list'],
  info: ['vm show', 'doctor'],
  init: ['vm create'],
  iso: ['disk upload'],
  kill: ['vm stop'],
  launch: ['vm create', 'vm start'],
  log: ['audit list'],
  login: ['doctor login'],
  logs: ['audit list'],
  managedsave: ['vm save'],
  migrate: ['export', 'import'],
  monitor: ['vm list', 'job list'],
  move: ['export', 'import'],
  network: ['switch list', 'nic list'],
  new: ['vm create'],
  off: ['vm stop'],
  on: ['vm start'],
  operation: ['job list'],
  poweroff: ['vm stop'],
  poweron: ['vm start'],
  ps: ['vm list'],
  query: ['wql'],
  reboot: ['vm restart'],
  restore: ['checkpoint apply', 'vm resume'],
  revert: ['checkpoint apply'],
  rollback: ['checkpoint apply'],
  run: ['vm create', 'vm start'],
  'send-key': ['vm type'],
  setmem: ['vm set'],
  setvcpus: ['vm set'],
  snap: ['checkpoint create', 'checkpoint list'],
  snapshot: ['checkpoint create', 'checkpoint list'],
  'snapshot-create': ['checkpoint create'],
  'snapshot-create-as': ['checkpoint create'],
  'snapshot-delete': ['checkpoint delete'],
  'snapshot-edit': ['checkpoint rename'],
  'snapshot-list': ['checkpoint list'],
  'snapshot-revert': ['checkpoint apply'],
  snapshots: ['checkpoint list'],
  ssh: ['vm console'],
  status: ['vm list', 'doctor'],
  stop: ['vm shutdown', 'vm stop'],
  storage: ['disk list'],
  suspend: ['vm pause', 'vm save'],
  task: ['job list'],
  tasks: ['job list'],
  top: ['vm list'],
  undefine: ['vm delete'],
  up: ['vm start'],
  'virt-clone': ['vm clone'],
  'virt-host-validate': ['doctor'],
  'virt-install': ['vm create'],
  vnc: ['vm screenshot', 'vm type'],
  'vol-create-as': ['disk create'],
  'vol-info': ['disk inspect'],
  'vol-resize': ['disk resize'],
  'vol-upload': ['disk upload'],
  volume: ['disk list'],
};

/** All commands there are. */
export const allCommands = async (): Promise<Command> => {
  const program = new Command('vsms');
  for (const { load } of GROUPS) (await load())(program);
  return program;
};

/** Children, without those that are not for people. */
const visible = (command: Command): readonly Command[] =>
  command.commands.filter((each) => !each.name().startsWith('__'));

const named = (command: Command, word: string): Command | undefined =>
  visible(command).find((each) => each.name() === word || each.aliases().includes(word));

/** A command by its path, like `vm stop`. */
export const commandAt = (program: Command, path: string): Command | undefined =>
  path.split(' ').reduce<Command | undefined>((at, word) => (at === undefined ? at : named(at, word)), program);

/**
 * What a command line may mean whose command nobody knows: a line for each, with what it does. First what other command lines call so, then
 * where the word would be right: `vsms start` is `vsms vm start`.
 */
export const perhaps = async (words: readonly string[]): Promise<readonly string[]> => {
  const program = await allCommands();
  let at = program;
  let unknown: string | undefined;
  for (const word of words) {
    const next = named(at, word);
    if (next === undefined) {
      unknown = word;
      break;
    }
    at = next;
  }
  if (unknown === undefined || unknown.startsWith('-')) return [];
  const foreign = Object.hasOwn(FOREIGN, unknown) ? (FOREIGN[unknown] ?? []) : [];
  const elsewhere = at === program ? visible(program).flatMap((group) => pathOf(group, unknown)) : [];
  return [...new Set([...foreign, ...elsewhere])].flatMap((path) => {
    const command = commandAt(program, path);
    return command === undefined ? [] : [`Perhaps vsms ${path}: ${command.description()}`];
  });
};

const pathOf = (group: Command, word: string): readonly string[] => {
  const found = named(group, word);
  return found === undefined ? [] : [`${group.name()} ${found.name()}`];
};
