import { changeMachine, type MachineChange } from '../../client/machine-settings.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { memorySize } from '../byte-size.ts';
import { connect, type ConnectOptions, UsageError } from '../connect.ts';
import { documentText } from '../print/listing.ts';
import { printable } from '../print/output.ts';
import { CHECKPOINT_TYPES, START_ACTIONS, STOP_ACTIONS } from './setting-words.ts';
import { wholeNumber } from '../whole-number.ts';

export interface SetFlags extends ConnectOptions {
  readonly name?: string;
  readonly notes?: string;
  readonly memory?: string;
  readonly minimumMemory?: string;
  readonly maximumMemory?: string;
  readonly dynamicMemory?: boolean;
  readonly processors?: string;
  readonly start?: string;
  readonly stop?: string;
  readonly checkpoints?: string;
  readonly automaticCheckpoints?: boolean;
  readonly secureBoot?: boolean;
  readonly serial?: string;
  readonly dryRun?: boolean;
  readonly output: string;
}

/** vsms vm set VM --NAME VALUE... */
export const setVm = async (vm: string, flags: SetFlags): Promise<void> => {
  const change = changeOf(flags);
  if (Object.keys(change).length === 0) throw new UsageError('Say what to change: vsms vm set --help lists it.');
  const client = await connect(flags);
  try {
    if (flags.dryRun === true)
      return await (await import('./vm-set-trial.ts')).trySet(client, vm, change, flags.output);
    const machine = await new VirtualMachines(client).find(vm);
    await changeMachine(client, machine.id, change);
    const name = change.name ?? machine.name;
    console.log((await documentText({ name, id: machine.id }, flags.output)) ?? `${printable(name)} is changed.`);
  } finally {
    client.close();
  }
};

const changeOf = (flags: SetFlags): MachineChange => {
  const memory = (text: string | undefined, option: string): number | undefined =>
    text === undefined ? undefined : memorySize(text, option);
  const dynamic =
    flags.dynamicMemory ?? (flags.minimumMemory === undefined && flags.maximumMemory === undefined ? undefined : true);
  return defined({
    name: flags.name,
    notes: flags.notes,
    memoryMb: memory(flags.memory, '--memory'),
    minimumMb: memory(flags.minimumMemory, '--minimum-memory'),
    maximumMb: memory(flags.maximumMemory, '--maximum-memory'),
    dynamicMemory: dynamic,
    processors: flags.processors === undefined ? undefined : wholeNumber(flags.processors, '--processors'),
    automaticStart: word(flags.start, START_ACTIONS, '--start'),
    automaticStop: word(flags.stop, STOP_ACTIONS, '--stop'),
    checkpoints: word(flags.checkpoints, CHECKPOINT_TYPES, '--checkpoints'),
    automaticCheckpoints: flags.automaticCheckpoints,
    secureBoot: flags.secureBoot,
    serial: flags.serial === 'none' ? '' : flags.serial,
  });
};

const word = (
  text: string | undefined,
  words: Readonly<Record<string, number>>,
  option: string,
): number | undefined => {
  if (text === undefined) return undefined;
  const value = words[text];
  if (value === undefined) throw new UsageError(`${option} is one of ${Object.keys(words).join(', ')}.`);
  return value;
};

/** Without what was not given. */
const defined = (change: { readonly [K in keyof MachineChange]: MachineChange[K] | undefined }): MachineChange =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
