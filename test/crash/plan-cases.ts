import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsText } from '../../src/client/settings-text.ts';
import { type Bench, type CrashCase, SERVICE } from './crash-case.ts';

/** The definition of an exported machine, below the data directory. */
const exported = (bench: Bench): string => join(bench.disk, '../exported');

const plan = async (bench: Bench): Promise<unknown> => {
  const folder = join(exported(bench), 'Virtual Machines');
  const [definition = ''] = (await readdir(folder)).filter((name) => name.endsWith('.vmcx'));
  return bench.client.run(SERVICE, 'ImportSystemDefinition', {
    SystemDefinitionFile: join(folder, definition),
    SnapshotFolder: '',
    GenerateNewSystemIdentifier: true,
  });
};

/** `exportOne` comes before them. */
export const PLANS: readonly CrashCase[] = [
  { name: 'import a definition', prepare: async () => null, operate: plan },
  {
    name: 'realize a plan',
    prepare: async (bench) => {
      await plan(bench);
      return null;
    },
    operate: async (bench) => {
      const [planned] = await bench.plans();
      return bench.client.run(SERVICE, 'RealizePlannedSystem', { PlannedSystem: planned ?? assert.fail('a plan') });
    },
  },
];

/** What the cases import: a machine with the disk of the bench, exported and gone again. */
export const exportOne = async (bench: Bench): Promise<void> => {
  const id = await bench.create('exported');
  await bench.client.run(SERVICE, 'ExportSystemDefinition', {
    ComputerSystem: bench.reference(id),
    ExportDirectory: exported(bench),
    ExportSettingData: settingsText('Msvm_VirtualSystemExportSettingData', { CreateVmExportSubdirectory: false }),
  });
  await bench.destroy(id);
};
