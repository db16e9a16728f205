import type { CimClient } from '../../client/cim-client.ts';
import { changeMachine, type MachineChange } from '../../client/machine-settings.ts';
import { type Difference, differences } from '../manifest/diff.ts';
import type { Manifest } from '../manifest/schema.ts';
import { readMachine } from '../manifest/state.ts';
import { tryOut } from '../manifest/trial.ts';
import { tellTrials } from '../manifest/planned-text.ts';
import { CHECKPOINT_TYPES, START_ACTIONS, STOP_ACTIONS } from './setting-words.ts';

/** vsms vm set VM ... --dry-run: what would change, and what the service says of a plan of the machine that is changed so. */
export const trySet = async (client: CimClient, vm: string, change: MachineChange, output: string): Promise<void> => {
  const now = await readMachine(client, vm);
  const wanted = { name: now.machine.name };
  const trial = await tryOut(client, now, wanted, (plan) => changeMachine(client, plan, change));
  await tellTrials([{ wanted, now, all: changesOf(now.manifest, change), trial }], output);
};

const changesOf = (now: Manifest, change: MachineChange): readonly Difference[] => {
  const word = (words: Readonly<Record<string, number>>, value: number | undefined): string | undefined =>
    Object.keys(words).find((name) => words[name] === value);
  const wanted = {
    name: change.name ?? now.name,
    notes: change.notes,
    processors: change.processors,
    secureBoot: change.secureBoot,
    serial: change.serial === '' ? null : change.serial,
    automaticStart: word(START_ACTIONS, change.automaticStart),
    automaticStop: word(STOP_ACTIONS, change.automaticStop),
    memory: memoryOf(now, change),
  } as Manifest;
  // Of these two a file says nothing, and what they are now is not read.
  const { checkpoints, automaticCheckpoints } = change;
  const others = { checkpoints: word(CHECKPOINT_TYPES, checkpoints), automaticCheckpoints };
  return [
    ...differences(now, wanted),
    ...Object.entries(others).flatMap(([what, value]) =>
      value === undefined ? [] : [{ what, now: null, wanted: String(value) }],
    ),
  ];
};

/** As a file says it; undefined: it stays as it is. */
const memoryOf = (
  { memory = 0 }: Manifest,
  { memoryMb, minimumMb, maximumMb, dynamicMemory }: MachineChange,
): Manifest['memory'] => {
  if ([memoryMb, minimumMb, maximumMb, dynamicMemory].every((given) => given === undefined)) return undefined;
  const held = typeof memory === 'object' ? memory : { startup: memory };
  const startup = memoryMb ?? held.startup;
  if (dynamicMemory === false || (dynamicMemory === undefined && typeof memory !== 'object')) return startup;
  return {
    ...held,
    startup,
    ...(minimumMb === undefined ? {} : { minimum: minimumMb }),
    ...(maximumMb === undefined ? {} : { maximum: maximumMb }),
    ...(dynamicMemory === undefined ? {} : { dynamic: dynamicMemory }),
  };
};
