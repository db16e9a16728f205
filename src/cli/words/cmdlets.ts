import { Command } from 'commander';
import { listed } from '../commands/options.ts';
import { withOtherSpellings } from './other-spellings.ts';
import { typedWords } from './typed-words.ts';

/** Cmdlets of Hyper-V's PowerShell module that a command of ours stands for: people's fingers know them. */
export const CMDLETS: Readonly<Record<string, readonly string[]>> = {
  'get-vm': ['vm', 'list'],
  'new-vm': ['vm', 'create'],
  'set-vm': ['vm', 'set'],
  'set-vmmemory': ['vm', 'set'],
  'set-vmprocessor': ['vm', 'set'],
  'start-vm': ['vm', 'start'],
  'stop-vm': ['vm', 'shutdown'],
  'save-vm': ['vm', 'save'],
  'suspend-vm': ['vm', 'pause'],
  'resume-vm': ['vm', 'resume'],
  'restart-vm': ['vm', 'restart'],
  'remove-vm': ['vm', 'delete'],
  'checkpoint-vm': ['checkpoint', 'create'],
  'get-vmcheckpoint': ['checkpoint', 'list'],
  'get-vmsnapshot': ['checkpoint', 'list'],
  'restore-vmcheckpoint': ['checkpoint', 'apply'],
  'restore-vmsnapshot': ['checkpoint', 'apply'],
  'remove-vmcheckpoint': ['checkpoint', 'delete'],
  'remove-vmsnapshot': ['checkpoint', 'delete'],
  'rename-vmcheckpoint': ['checkpoint', 'rename'],
  'rename-vmsnapshot': ['checkpoint', 'rename'],
  'get-vhd': ['disk', 'inspect'],
  'new-vhd': ['disk', 'create'],
  'resize-vhd': ['disk', 'resize'],
  'convert-vhd': ['disk', 'convert'],
  'optimize-vhd': ['disk', 'compact'],
  'test-vhd': ['disk', 'validate'],
  'get-vmharddiskdrive': ['disk', 'list'],
  'get-vmdvddrive': ['disk', 'list'],
  'add-vmharddiskdrive': ['disk', 'attach'],
  'add-vmdvddrive': ['disk', 'attach', '--cd'],
  'remove-vmharddiskdrive': ['disk', 'detach'],
  'remove-vmdvddrive': ['disk', 'detach'],
  'get-vmscsicontroller': ['controller', 'list'],
  'add-vmscsicontroller': ['controller', 'add'],
  'remove-vmscsicontroller': ['controller', 'remove'],
  'get-vmidecontroller': ['controller', 'list'],
  'get-vmnetworkadapter': ['nic', 'list'],
  'add-vmnetworkadapter': ['nic', 'add'],
  'remove-vmnetworkadapter': ['nic', 'remove'],
  'connect-vmnetworkadapter': ['nic', 'connect'],
  'disconnect-vmnetworkadapter': ['nic', 'disconnect'],
  'set-vmnetworkadapter': ['nic', 'set'],
  'set-vmnetworkadaptervlan': ['nic', 'set'],
  'get-vmswitch': ['switch', 'list'],
  'new-vmswitch': ['switch', 'create'],
  'remove-vmswitch': ['switch', 'delete'],
  'export-vm': ['export'],
  'export-vmcheckpoint': ['checkpoint', 'export'],
  'export-vmsnapshot': ['checkpoint', 'export'],
  'import-vm': ['import'],
  'get-vmhost': ['doctor'],
};

/** Cmdlets that list, and show where a name is given: `Get-VM web`. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  'get-vm': ['vm', 'show'],
  'get-vmswitch': ['switch', 'show'],
};

/** The words of a command line with a cmdlet at its head put into ours; others as they are. */
export const withoutCmdlet = (words: readonly string[]): readonly string[] => {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  const cmdlet = first.toLowerCase();
  if (!Object.hasOwn(CMDLETS, cmdlet)) return words;
  const named = Object.hasOwn(NAMED, cmdlet) && hasName(rest) ? NAMED[cmdlet] : undefined;
  return [...(named ?? CMDLETS[cmdlet] ?? []), ...rest];
};

/**
 * The first word that is a parameter of PowerShell, as `-VMName`; null: none is. What follows an option may be its value, but for one
 * that begins so: Commander takes it for -V, tells the version, and is content.
 */
export const powershellParameter = (words: readonly string[]): string | null => {
  const end = words.indexOf('--');
  const read = end < 0 ? words : words.slice(0, end);
  const isParameter = (word: string, at: number): boolean =>
    /^-VM[A-Z][A-Za-z]*$/.test(word) || (/^-[A-Z][A-Za-z]+$/.test(word) && read[at - 1]?.startsWith('-') !== true);
  return read.find(isParameter) ?? null;
};

/** Not every word that begins with no dash is a name: `-o json` is none. */
const hasName = (words: readonly string[]): boolean => {
  const program = new Command();
  const list = listed(program.command('list'));
  withOtherSpellings(program);
  return typedWords(list, words).given.length > 0;
};
