import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContainer } from '../../src/hvfile/container/read.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import { readDefinition } from '../../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { TreeBuilder } from '../../src/hvfile/tree-builder.ts';

/**
 * Makes the system disk of a Hyper-V host out of an export: its machine below C:\VMs with absolute paths of that host, on a
 * switch LAN, and the host's registry. Arguments: the export, the folder of the disk.
 */
const [source = '', disk = ''] = process.argv.slice(2);
const name = source.split('/').at(-1) ?? '';
const machines = join(disk, 'VMs', name, 'Virtual Machines');
await cp(source, join(disk, 'VMs', name), { recursive: true });
const [file = ''] = (await readdir(machines)).filter((each) => each.endsWith('.vmcx'));
const definition = readDefinition((await readContainer(await readFile(join(machines, file)))).root);
const there = writeDefinition({
  ...definition,
  controllers: definition.controllers.map((controller) => ({
    ...controller,
    drives: controller.drives.map((drive) => ({
      ...drive,
      image: drive.image === null ? null : { ...drive.image, path: `C:\\VMs\\${name}\\${drive.image.path}` },
    })),
  })),
  adapters: definition.adapters.map((adapter) => ({
    ...adapter,
    connection: {
      ...adapter.connection,
      switchId: '11111111-2222-4333-8444-555555555555',
      values: { ...adapter.connection.values, LastKnownSwitchName: 'LAN' },
    },
  })),
});
await writeFile(join(machines, file), writeContainer(there));
const registry = new TreeBuilder();
const paths: Readonly<Record<string, string>> = {
  [definition.id]: `C:\\VMs\\${name}\\Virtual Machines\\${file}`,
  '99999999-2222-4333-8444-555555555555': 'D:\\gone\\Virtual Machines\\99999999-2222-4333-8444-555555555555.vmcx',
};
for (const [id, value] of Object.entries(paths))
  registry.set(`Configurations/VirtualMachines/_${id}_`, { type: 'string', value });
const folder = join(disk, 'ProgramData/Microsoft/Windows/Hyper-V');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'data.vmcx'), writeContainer(registry.build()));
