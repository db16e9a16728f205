import type { DiskOnHost } from '../../client/disk-on-host.ts';
import type { Machines } from '../../client/host.ts';
import type { MachineDetails, MachineMemory } from '../../client/machine-details.ts';
import type { VirtualMachine } from '../../client/machine.ts';
import { connectHost } from '../connect.ts';
import { onHostSection } from '../disks-on-host.ts';
import { type Listing, listingText } from '../print/listing.ts';
import type { ListFlags } from '../print/print-list.ts';
import { type Section, sectionsText } from '../print/sections.ts';
import { printWatched } from '../print/watch.ts';
import { MACHINE_LISTING, plainMachine } from './vm.ts';

type Shown = VirtualMachine & { readonly details: MachineDetails; readonly disksOnHost: readonly DiskOnHost[] };

const WHOLE: Listing<Shown> = {
  ...MACHINE_LISTING,
  plain: ({ details: { memoryMb: memoryInUseMb, ...details }, disksOnHost, ...machine }) => ({
    ...plainMachine(machine),
    ...details,
    memoryInUseMb,
    disksOnHost,
  }),
};

/** vsms vm show VM: its state, what it has, and the files of its disks where they are called otherwise on the host. */
export const showVm = async (name: string, flags: ListFlags): Promise<void> => {
  const host = await connectHost(flags);
  const { output } = flags;
  try {
    await printWatched(flags, async () => {
      const machine = await host.machines.find(name);
      if (output === 'name') return listingText([machine], output, MACHINE_LISTING);
      const shown = await withDetails(host.machines, machine);
      if (output === 'json' || output === 'yaml') return listingText([shown], output, WHOLE);
      const row = await listingText([{ ...machine, summary: shown.details }], output, MACHINE_LISTING);
      return output === 'csv' ? row : `${row}\n\n${sectionsText(sectionsOf(shown))}`;
    });
  } finally {
    host.close();
  }
};

const withDetails = async (machines: Machines, machine: VirtualMachine): Promise<Shown> => ({
  ...machine,
  details: await machines.details(machine.id),
  disksOnHost: await machines.disksOnHost(machine.id),
});

const sectionsOf = ({ details, disksOnHost }: Shown): readonly Section[] => [
  {
    columns: ['generation', 'processors', 'memory MB', 'in use MB', 'cpu %', 'checkpoints', 'COM1', 'guest'],
    rows: [
      [
        `${details.generation}${details.secureBoot === true ? ', Secure Boot' : ''}`,
        String(details.processors),
        memoryText(details.memory),
        String(details.memoryMb),
        String(details.cpuPercent),
        String(details.checkpointCount),
        details.serial ?? '',
        details.guest,
      ],
    ],
  },
  { columns: ['place', 'kind', 'file'], rows: details.disks.map(({ place, kind, file }) => [place, kind, file]) },
  {
    columns: ['nic', 'name', 'mac', 'switch', 'vlan', 'addresses'],
    rows: details.adapters.map(({ name, mac, switch: plugged, vlan, addresses }, index) => [
      String(index + 1),
      name,
      mac ?? 'dynamic',
      plugged ?? '',
      String(vlan ?? ''),
      addresses.join(', '),
    ]),
  },
  onHostSection(disksOnHost),
  { columns: ['notes'], rows: details.notes === '' ? [] : details.notes.split(/\r?\n/).map((line) => [line]) },
];

const memoryText = ({ startup, minimum, maximum }: MachineMemory): string =>
  minimum === null || maximum === null ? String(startup) : `${startup} (${minimum} to ${maximum})`;
