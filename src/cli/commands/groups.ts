import type { Command } from 'commander';

/** Adds its commands to the program. */
type Add = (program: Command) => void;

export interface Group {
  /** The first words that lead to it. */
  readonly words: readonly string[];
  readonly load: () => Promise<Add>;
}

/** Which file has which commands, in the order of the help text: a run loads only the file of its first word. */
export const GROUPS: readonly Group[] = [
  { words: ['vm', 'job'], load: async () => (await import('./machines.ts')).machineCommands },
  { words: ['apply', 'diff'], load: async () => (await import('./manifests.ts')).manifestCommands },
  { words: ['disk', 'controller'], load: async () => (await import('./disks.ts')).diskCommands },
  { words: ['switch', 'nic'], load: async () => (await import('./networks.ts')).networkCommands },
  { words: ['wql', 'cim'], load: async () => (await import('./objects.ts')).objectCommands },
  {
    words: ['checkpoint', 'reference-point', 'fork'],
    load: async () => (await import('./checkpoints.ts')).checkpointCommands,
  },
  { words: ['export', 'import', 'plan', 'inspect'], load: async () => (await import('./moving.ts')).movingCommands },
  {
    words: ['server', 'host', 'user', 'token', 'audit', 'doctor', 'config', 'completion'],
    load: async () => (await import('./host.ts')).hostCommands,
  },
];

/** The groups that a command line needs: that of its first word; all of them for help, completion and unknown words, none for the version. */
export const groupsFor = (words: readonly string[]): readonly Group[] => {
  const [first = ''] = words;
  if (first === '--version' || first === '-V') return [];
  const found = GROUPS.filter((group) => group.words.includes(first));
  return found.length === 0 ? GROUPS : found;
};
