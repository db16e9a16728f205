import { Drives } from '../../src/client/drives.ts';
import { textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { pathText } from '../../src/client/texts.ts';
import { resourceUri } from '../../src/client/uris.ts';
import { adapter, type Bench, type CrashCase, SERVICE } from './crash-case.ts';

const IMAGE = 'Msvm_StorageAllocationSettingData';
const RUNNING = 2;

/** Out of its drive, which stays. */
const takeDisk = async (bench: Bench, id: string, file: string): Promise<unknown> => {
  const { setting } = await new Drives(bench.client).find(id, file);
  return bench.client.run(SERVICE, 'RemoveResourceSettings', {
    ResourceSettings: [{ resourceUri: resourceUri(bench.client.namespace, IMAGE), selectors: { InstanceID: setting } }],
  });
};

/** Into the drive that is empty. */
const giveDisk = async (bench: Bench, id: string, file: string): Promise<void> => {
  const query = `SELECT InstanceID FROM Msvm_ResourceAllocationSettingData WHERE ResourceType = 17 AND InstanceID LIKE 'Microsoft:${id}%'`;
  const filled = (await new Drives(bench.client).list(id)).map(({ setting }) => setting.replace(/L$/i, 'D'));
  for await (const { properties } of bench.client.query(query)) {
    const drive = textOf(properties['InstanceID']) ?? '';
    if (filled.includes(drive)) continue;
    const Parent = pathText(bench.client.namespace, 'Msvm_ResourceAllocationSettingData', { InstanceID: drive });
    const ResourceSubType = 'Microsoft:Hyper-V:Virtual Hard Disk';
    await bench.add(id, [settingsText(IMAGE, { ResourceType: 31, ResourceSubType, Parent, HostResource: [file] })]);
  }
};

/** Changes of devices while the guest runs; `second` is a disk that nobody else has. */
export const liveCases = (second: () => string): readonly CrashCase[] => [
  {
    name: 'give a running machine a disk',
    prepare: async (bench) => {
      const id = await bench.create();
      await new Drives(bench.client).attach(id, 'disk', second(), 'scsi');
      await takeDisk(bench, id, second());
      await bench.request(id, RUNNING);
      return id;
    },
    operate: (bench, id) => giveDisk(bench, id, second()),
  },
  {
    name: 'take a disk from a running machine',
    prepare: async (bench) => {
      const id = await bench.create();
      await new Drives(bench.client).attach(id, 'disk', second(), 'scsi');
      await bench.request(id, RUNNING);
      return id;
    },
    operate: (bench, id) => takeDisk(bench, id, second()),
  },
  {
    name: 'give a running machine an adapter',
    // Of generation 2: others are off for it.
    prepare: async (bench) => {
      const id = await bench.define(2);
      await bench.request(id, RUNNING);
      return id;
    },
    operate: (bench, id) => bench.add(id, [adapter()]),
  },
];
