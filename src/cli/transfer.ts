import { detachSource, setDeviceModels, type SourceFile, sourceFiles } from '../client/transfer.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { connect, type ConnectOptions, UsageError } from './connect.ts';
import { type Format, type Listing, listingText } from './print/listing.ts';
import { printable } from './print/output.ts';

export interface SourceFlags extends ConnectOptions {
  readonly detach: boolean;
  readonly output: Format;
}

const LISTING: Listing<SourceFile> = {
  name: ({ file }) => file ?? '',
  columns: [
    { name: 'disk', text: ({ disk }) => disk },
    { name: 'needed by', text: ({ ofCheckpoint }) => (ofCheckpoint ? 'a checkpoint' : 'the machine') },
    { name: 'still reads', text: ({ file, problem }) => file ?? problem ?? '' },
  ],
};

/** vsms vm source VM [--detach] */
export async function showSource(name: string, flags: SourceFlags): Promise<void> {
  const client = await connect(flags);
  try {
    const machines = new VirtualMachines(client);
    const machine = await machines.find(name);
    const reference = machines.reference(machine.id);
    if (flags.detach) await detachSource(client, reference);
    const files = await sourceFiles(client, reference);
    if (flags.output !== 'table' && flags.output !== 'wide') {
      console.log(await listingText(files, flags.output, LISTING));
      return;
    }
    if (files.length === 0) {
      console.log(`${printable(machine.name)} needs nothing of a source any more.`);
      return;
    }
    console.log(await listingText(files, flags.output, LISTING));
    console.log(
      flags.detach
        ? 'It is copied in the background; ask again to see what is left.'
        : 'What the machine needs is copied in the background by itself; --detach copies what checkpoints need too.',
    );
  } finally {
    client.close();
  }
}

/** vsms vm devices VM MODELS */
export async function changeDevices(name: string, models: string, flags: ConnectOptions): Promise<void> {
  if (models !== 'inbox' && models !== 'virtio')
    throw new UsageError('Devices are inbox (those that Windows has drivers for) or virtio.');
  const client = await connect(flags);
  try {
    const machines = new VirtualMachines(client);
    const machine = await machines.find(name);
    await setDeviceModels(client, machines.reference(machine.id), models);
    console.log(`${printable(machine.name)} starts with ${models} devices`);
  } finally {
    client.close();
  }
}
