import { Command } from 'commander';
import { CMDLETS } from './cmdlets.ts';
import { GROUPS } from '../commands/groups.ts';
import { nearest } from './edit-distance.ts';

/**
 * Words of other command lines (virsh, incus, qm, docker, kubectl; spec people §2.2) and the commands that they may mean here. They are told,
 * not run: `stop` asks the guest there and turns off here, `destroy` is not what it says.
 */
export const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  add: ['vm create'],
  'attach-device': ['disk attach', 'nic add', 'controller add'],
  'attach-disk': ['disk attach'],
  'attach-interface': ['nic add', 'nic connect'],
  autostart: ['vm set'],
  backup: ['export', 'reference-point create'],
  blockresize: ['disk resize'],
  bridge: ['switch list'],
  capabilities: ['doctor'],
  'compare-vm': ['plan validate'],
  copy: ['vm clone'],
  'copy-vmfile': ['disk upload'],
  cp: ['vm clone'],
  define: ['vm create', 'apply', 'import'],
  delsnapshot: ['checkpoint delete'],
  describe: ['vm show'],
  destroy: ['vm stop', 'vm delete'],
  'detach-device': ['disk detach', 'nic remove', 'controller remove'],
  'detach-disk': ['disk detach'],
  'detach-interface': ['nic remove', 'nic disconnect'],
  disks: ['disk list'],
  'dismount-vhd': ['cim invoke'],
  'domif-setlink': ['nic connect', 'nic disconnect'],
  domblklist: ['disk list'],
  domifaddr: ['vm show'],
  domiflist: ['nic list'],
  dominfo: ['vm show'],
  domjobinfo: ['job list'],
  domrename: ['vm set'],
  domstate: ['vm show'],
  domstats: ['vm list'],
  down: ['vm shutdown'],
  dumpxml: ['vm manifest', 'export'],
  edit: ['vm edit', 'vm set'],
  events: ['audit list'],
  exec: ['vm console', 'vm type'],
  freeze: ['vm pause'],
  get: ['vm list', 'vm show'],
  'get-job': ['job list'],
  'get-vmbios': ['vm show'],
  'get-vmfirmware': ['vm show'],
  'get-vmmemory': ['vm show'],
  'get-vmnetworkadaptervlan': ['nic list'],
  'get-vmprocessor': ['vm show'],
  halt: ['vm shutdown'],
  image: ['disk list'],
  images: ['disk list'],
  importdisk: ['disk convert', 'disk upload'],
  info: ['vm show', 'disk inspect', 'doctor'],
  init: ['vm create'],
  iso: ['disk upload'],
  kill: ['vm stop'],
  launch: ['vm create', 'vm start'],
  listsnapshot: ['checkpoint list'],
  log: ['audit list'],
  login: ['doctor login'],
  logs: ['audit list'],
  managedsave: ['vm save'],
  'measure-vm': ['vm list'],
  migrate: ['export', 'import'],
  monitor: ['vm list', 'job list'],
  'mount-vhd': ['cim invoke'],
  move: ['disk move', 'export', 'import'],
  'net-create': ['switch create'],
  'net-define': ['switch create'],
  'net-destroy': ['switch delete'],
  'net-list': ['switch list'],
  'net-undefine': ['switch delete'],
  network: ['switch list', 'nic list'],
  new: ['vm create'],
  nodeinfo: ['doctor'],
  off: ['vm stop'],
  on: ['vm start'],
  operation: ['job list'],
  poweroff: ['vm stop'],
  poweron: ['vm start'],
  ps: ['vm list'],
  pull: ['disk download'],
  push: ['disk upload'],
  query: ['wql'],
  reboot: ['vm restart'],
  remote: ['doctor login'],
  remove: ['vm delete', 'disk detach'],
  rename: ['vm set'],
  'rename-vm': ['vm set'],
  restore: ['checkpoint apply', 'vm resume'],
  revert: ['checkpoint apply'],
  rollback: ['checkpoint apply'],
  run: ['vm create', 'vm start'],
  'send-key': ['vm type'],
  'set-vmbios': ['vm set'],
  'set-vmdvddrive': ['disk move', 'disk attach', 'disk detach'],
  'set-vmfirmware': ['vm set'],
  'set-vmharddiskdrive': ['disk move', 'disk attach', 'disk detach'],
  setmaxmem: ['vm set'],
  setmem: ['vm set'],
  setvcpus: ['vm set'],
  shut: ['vm shutdown'],
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
  terminate: ['vm stop'],
  top: ['vm list'],
  ttyconsole: ['vm console'],
  undefine: ['vm delete'],
  unpause: ['vm resume'],
  up: ['vm start'],
  'virt-clone': ['vm clone'],
  'virt-host-validate': ['doctor'],
  'virt-install': ['vm create'],
  vnc: ['vm screenshot', 'vm type'],
  vncdisplay: ['vm screenshot', 'vm type'],
  'vol-create-as': ['disk create'],
  'vol-download': ['disk download'],
  'vol-info': ['disk inspect'],
  'vol-list': ['disk list'],
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
 * What a command line may mean whose command nobody knows: a line for each, with what it does. First what other command lines call so,
 * then where the word would be right: `vsms start` is `vsms vm start`. A word that nobody has is told with those that it was meant to be:
 * ours and those of others are held against it alike, for `destry` is `destroy` and not `restart`.
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
  const known = meaningsOf(program, at, unknown);
  if (known.length > 0) return told(program, known);
  const here = visible(at).flatMap((command) => [command.name(), ...command.aliases()]);
  const there = at === program ? visible(program).flatMap((group) => visible(group).map((verb) => verb.name())) : [];
  const cmdlets = at === program ? Object.keys(CMDLETS) : [];
  const near = nearest(unknown, [...here, ...there, ...cmdlets, ...Object.keys(FOREIGN)]);
  const ours = near.filter((word) => here.includes(word) || cmdlets.includes(word));
  if (ours.length > 0) return [`(Did you mean ${ours.length === 1 ? '' : 'one of '}${ours.join(', ')}?)`];
  return told(program, [...new Set(near.flatMap((word) => meaningsOf(program, at, word)))]);
};

const told = (program: Command, paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => {
    const command = commandAt(program, path);
    return command === undefined ? [] : [`Perhaps vsms ${path}: ${command.description()}`];
  });

/** Paths of the commands that a word of others, or of another place, means where it was typed. */
const meaningsOf = (program: Command, at: Command, word: string): readonly string[] => {
  const foreign = Object.hasOwn(FOREIGN, word) ? (FOREIGN[word] ?? []) : [];
  if (at === program) return [...new Set([...foreign, ...visible(program).flatMap((group) => pathOf(group, word))])];
  const own = foreign.filter((path) => path.startsWith(`${at.name()} `));
  if (own.length > 0) return own;
  // Of a switch, `destroy` is `switch delete`: what it means of a machine is told only where the noun has nothing like it.
  const likeIt = ALIKE.find((words) => words.includes(word)) ?? [];
  const [here] = likeIt.flatMap((verb) => pathOf(at, verb));
  if (here !== undefined) return [here];
  // `vsms checkpoint fork` is `vsms fork`.
  const ofNoNoun = named(program, word);
  return foreign.length > 0 || ofNoNoun === undefined ? foreign : [ofNoNoun.name()];
};

/** Verbs that mean the same of different nouns: each noun has one of them, the likeliest first. */
const ALIKE: readonly (readonly string[])[] = [
  ['delete', 'remove', 'discard', 'detach', 'destroy', 'undefine'],
  ['create', 'add', 'attach', 'set', 'new', 'define', 'init'],
];

const pathOf = (group: Command, word: string): readonly string[] => {
  const found = named(group, word);
  return found === undefined ? [] : [`${group.name()} ${found.name()}`];
};
