import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { VirtualSystem } from '../../../src/core/model.ts';
import type { ImportRequest } from '../../../src/core/plans/requests.ts';
import { writeContainer } from '../../../src/hvfile/container/write.ts';
import type { DefinedAdapter, MachineDefinition } from '../../../src/hvfile/definition/definition.ts';
import { freshGuest } from '../../../src/simulated/guest.ts';
import { encodeSavedState, type SavedState } from '../../../src/simulated/saved-state.ts';
import { writeDefinition } from '../../../src/hvfile/definition/write-definition.ts';
import { machine } from '../../hvfile/kit.ts';
import { CALLER, type World } from '../kit.ts';
import { acceptedBySchema } from '../transfer/configurations.ts';

export const MACHINE = '6F1B7F4C-9A1E-4B2D-8C3F-0A1B2C3D4E5F';
export const SCSI = 'AA4B08D9-E0F7-4ADD-B08C-3259AC8BD05D';
export const ADAPTER = 'B5996220-9AB5-4A2D-A79D-CBE9C4BC06D6';
export const FIRST = '11111111-1111-4111-8111-111111111111';
export const SECOND = '22222222-2222-4222-8222-222222222222';
export const DISKS = 'Virtual Hard Disks';

export const diskAt = (slot: number, path: string): MachineDefinition['controllers'][number]['drives'][number] => ({
  slot,
  kind: 'diskDrive',
  recordedType: 'VHD',
  values: {},
  image: { kind: 'hardDiskImage', path, values: {} },
});

export const isoAt = (slot: number, path: string): MachineDefinition['controllers'][number]['drives'][number] => ({
  slot,
  kind: 'dvdDrive',
  recordedType: 'ISO',
  values: {},
  image: { kind: 'cdImage', path, values: {} },
});

export const onDisks = (...drives: MachineDefinition['controllers'][number]['drives']): Partial<MachineDefinition> => ({
  controllers: [{ kind: 'scsiController', id: SCSI, index: 0, values: {}, drives }],
});

export const adapterOn = (switchId: string, name: string, values: DefinedAdapter['values'] = {}): DefinedAdapter => ({
  kind: 'syntheticEthernet',
  id: ADAPTER,
  values: { ElementName: 'front', Address: '00155D0A0B0C', StaticMacAddress: false, ...values },
  connection: {
    connected: true,
    switchId,
    portId: '2F6A3C11-7D0B-4E3C-9A77-1D3F5B7C9E02',
    hostResources: [],
    values: { LastKnownSwitchName: name },
    features: [],
  },
});

/** A machine that this host takes as it is; what a test changes it spreads over. */
export const plain = (changes: Partial<MachineDefinition> = {}, generation: 1 | 2 = 2): MachineDefinition => {
  const base = machine(generation);
  const { ElementName, Notes, Version, AutomaticStartupAction, AutomaticShutdownAction, BIOSGUID, SecureBootEnabled } =
    base.system as Record<string, string>;
  return {
    ...base,
    system: {
      ElementName: ElementName ?? '',
      Notes: Notes as unknown as readonly string[],
      Version: Version ?? '',
      AutomaticStartupAction: AutomaticStartupAction ?? 3,
      AutomaticShutdownAction: AutomaticShutdownAction ?? 3,
      BIOSGUID: BIOSGUID ?? '',
      SecureBootEnabled: SecureBootEnabled ?? false,
    },
    memory: { VirtualQuantity: 1024n, Reservation: 1024n, Limit: 1024n },
    processor: { VirtualQuantity: 2n },
    controllers: [],
    adapters: [],
    serialPorts: [],
    integration: {},
    displays: {},
    tpm: false,
    others: [],
    bootSources: [],
    snapshots: { items: [], parent: null },
    files: { guestState: null, savedState: null, savedMemory: null },
    own: { absent: [], deviceModels: 'virtio' },
    ...onDisks(diskAt(0, `${DISKS}\\disk.raw`)),
    ...changes,
  };
};

/** A checkpoint's file of the same machine, on a disk of its own. */
export const checkpoint = (id: string, name: string, disk: string): MachineDefinition => {
  const base = plain();
  return plain({
    id,
    kind: 'snapshot',
    typeId: 'Snapshots',
    system: { ...base.system, ElementName: name },
    ...onDisks(diskAt(0, `${DISKS}\\${disk}`)),
  });
};

/** The saved state of a machine as `plain` describes it. */
export const memoryOf = (changes: Partial<SavedState> = {}, bytes?: number): Buffer =>
  encodeSavedState({ processors: 2, adapters: [], guest: freshGuest(0, false), ...changes }, bytes);

export interface Exported {
  /** In an allowed root. */
  readonly folder: string;
  readonly definition: string;
  readonly snapshots: string;
}

export const put = async (file: string, content: string | Buffer): Promise<string> => {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
  return file;
};

/** The folder that a host leaves: definitions, and raw disks unless the test makes its own. */
export const exportOf = async (
  world: World,
  definition: MachineDefinition,
  options: {
    readonly name?: string;
    readonly snapshots?: readonly MachineDefinition[];
    readonly disks?: readonly string[];
    readonly runtime?: Readonly<Record<string, string | Buffer>>;
  } = {},
): Promise<Exported> => {
  const folder = join(world.directory, 'disks', options.name ?? 'web1');
  const write = (path: string, each: MachineDefinition): Promise<string> =>
    put(join(folder, path), writeContainer(writeDefinition(each)));
  const file = await write(`Virtual Machines/${definition.id}.vmcx`, definition);
  for (const each of options.snapshots ?? []) await write(`Snapshots/${each.id}.vmcx`, each);
  for (const disk of options.disks ?? ['disk.raw']) await put(join(folder, DISKS, disk), Buffer.alloc(65_536));
  for (const [path, content] of Object.entries(options.runtime ?? {})) await put(join(folder, path), content);
  return { folder, definition: file, snapshots: join(folder, 'Snapshots') };
};

export const request = (definition: string, changes: Partial<ImportRequest> = {}): ImportRequest => ({
  definition,
  snapshotFolder: null,
  newIdentifiers: false,
  accepts: acceptedBySchema,
  ...changes,
});

export const imported = (
  world: World,
  definition: string,
  changes: Partial<ImportRequest> = {},
): Promise<VirtualSystem> => world.until(world.core.plans.importSystem(CALLER, request(definition, changes)));

export const validated = async (world: World, plan: string): Promise<Job> =>
  world.ended(await world.until(world.core.plans.validate(CALLER, plan)));

export const realized = async (world: World, plan: string): Promise<Job> =>
  world.ended(await world.until(world.core.plans.realize(CALLER, plan)));

export const numbers = (job: Job): readonly string[] => job.errors.map(({ messageId }) => messageId);
