import type { Host, Machines } from '../../client/host.ts';
import { REQUESTS, STATE_NAMES, type VirtualMachine } from '../../client/machine.ts';
import { MethodError } from '../../client/method-error.ts';
import type { MachineSummary } from '../../client/summaries.ts';
import { connectHost, type ConnectOptions } from '../connect.ts';
import type { Listing } from '../print/listing.ts';
import { duration, printable } from '../print/output.ts';
import { type ListFlags, printHostList } from '../print/print-list.ts';
import { showProgress } from '../print/progress.ts';

const stateName = (state: number): string => STATE_NAMES[state] ?? String(state);

const withMachines = async <T>(options: ConnectOptions, work: (machines: Machines) => Promise<T>): Promise<T> => {
  const host = await connectHost(options);
  try {
    return await work(host.machines);
  } finally {
    host.close();
  }
};

/** A machine, and what a summary tells of it where somebody wants to see that. */
export type MachineRow = VirtualMachine & { readonly summary?: MachineSummary | undefined };

/** What programs are told of a machine. */
export const plainMachine = ({ id, name, state, processId, onTimeMs }: VirtualMachine) => ({
  id,
  name,
  state: stateName(state),
  processId,
  onTimeMs,
});

export const MACHINE_LISTING: Listing<MachineRow> = {
  name: ({ name }) => name,
  plain: plainMachine,
  columns: [
    { name: 'name', text: ({ name }) => name },
    { name: 'state', text: ({ state }) => stateName(state) },
    { name: 'uptime', text: ({ onTimeMs }) => duration(onTimeMs) },
    { name: 'pid', text: ({ processId }) => (processId === null ? '' : String(processId)) },
    { name: 'id', text: ({ id }) => id },
    { name: 'generation', wide: true, text: ({ summary }) => String(summary?.generation ?? '') },
    { name: 'processors', wide: true, text: ({ summary }) => String(summary?.processors ?? '') },
    { name: 'cpu %', wide: true, text: ({ summary }) => String(summary?.cpuPercent ?? '') },
    { name: 'memory MB', wide: true, text: ({ summary }) => String(summary?.memoryMb ?? '') },
    { name: 'guest', wide: true, text: ({ summary }) => summary?.guest ?? '' },
    { name: 'notes', wide: true, text: ({ summary }) => summary?.notes ?? '' },
  ],
};

const rowsOf = async (
  { machines }: Host,
  { output }: ListFlags,
  found: readonly VirtualMachine[],
): Promise<readonly MachineRow[]> => {
  if (output !== 'wide' && output !== 'csv') return found;
  const summaries = await machines.summaries();
  return found.map((machine) => ({ ...machine, summary: summaries.get(machine.id) }));
};

/** vsms vm list */
export const list = (flags: ListFlags): Promise<void> =>
  printHostList(flags, MACHINE_LISTING, async (host) => rowsOf(host, flags, await host.machines.list()));

/** start, stop, save, ...: one RequestStateChange, waited for. */
export async function request(verb: keyof typeof REQUESTS, name: string, options: ConnectOptions): Promise<void> {
  await withMachines(options, async (machines) => {
    const machine = await machines.find(name);
    const { id } = machine;
    // A log is told the state that it comes to, and nothing of the way.
    const progress = process.stderr.isTTY ? showProgress(`${DOES[verb]} ${printable(machine.name)}`) : null;
    try {
      await machines.request(id, REQUESTS[verb], progress?.show);
    } catch (error) {
      progress?.end();
      if (!(error instanceof MethodError && error.returnValue === INVALID_STATE)) throw error;
      const now = await machines.find(id);
      const text = saidOf(verb, now);
      if (text === null) throw error;
      throw new MethodError(error.message.replace(/: .*$/s, `: ${text}`), error.returnValue, error.job);
    }
    progress?.end();
    console.log(stateName((await machines.find(id)).state));
  });
}

const INVALID_STATE = 32775;

const DOES: Readonly<Record<keyof typeof REQUESTS, string>> = {
  start: 'Starting',
  resume: 'Resuming',
  stop: 'Turning off',
  shutdown: 'Shutting down',
  save: 'Saving',
  pause: 'Pausing',
  reboot: 'Restarting',
  reset: 'Resetting',
};

/** States that a verb leads to, and those that it can begin in, by their names. */
const LEADS: Readonly<Record<string, { readonly to: string; readonly from: string }>> = {
  start: { to: 'Running', from: 'off, saved or paused' },
  resume: { to: 'Running', from: 'paused or saved' },
  pause: { to: 'Paused', from: 'running' },
  save: { to: 'Saved', from: 'running or paused' },
  shutdown: { to: 'Off', from: 'running' },
  stop: { to: 'Off', from: 'on' },
  reboot: { to: '', from: 'running' },
  reset: { to: '', from: 'running' },
};

/** Why a state forbids a verb, in words of this command line and not by the number of the request; null: it does not. */
const saidOf = (verb: string, { name, state }: VirtualMachine): string | null => {
  const leads = LEADS[verb];
  if (leads === undefined) return null;
  const now = stateName(state);
  if (now === leads.to) return `${JSON.stringify(name)} is ${now.toLowerCase()} already.`;
  const fits = leads.from.split(/, | or /).includes(now.toLowerCase()) || (leads.from === 'on' && now !== 'Off');
  return fits ? null : `${JSON.stringify(name)} is ${now.toLowerCase()}; this needs one that is ${leads.from}.`;
};

/** vsms vm delete VM [--force] */
export async function remove(
  name: string,
  { force, ...options }: ConnectOptions & { readonly force?: boolean },
): Promise<void> {
  await withMachines(options, async (machines) => {
    const machine = await machines.find(name);
    if (force === true && stateName(machine.state) !== 'Off' && stateName(machine.state) !== 'Saved')
      await machines.request(machine.id, REQUESTS.stop);
    await machines.delete(machine.id);
    console.log(`${printable(machine.name)} is deleted; its disks are kept.`);
  });
}
