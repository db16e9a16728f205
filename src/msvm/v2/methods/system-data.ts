import { DomainError } from '../../../core/errors.ts';
import { done, type MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';
import { affectedSystem } from './systems.ts';
import { requireConfiguration, requireSystem } from './targets.ts';

const MODIFY_JOB = 2;
/** EnabledState of Msvm_DiskMergeSettingData (management-service §2). */
const MERGE_HELD_BACK = 0;
const MERGE_ENABLED = 1;
/** First four bytes of the data: its length, big-endian (management-service §2). */
const LENGTH_BYTES = 4;
const MAX_IMC_BYTES = 65_536;

/** GetSizeOfSystemFiles: bytes besides the disks. */
export const sizeOfSystemFilesMethod = (services: MethodServices): MethodRow => ({
  right: 'read',
  jobType: null,
  out: ['Size'],
  run: async ({ args }) => {
    const place = requireConfiguration(services.references, 'Vssd', args.requiredReference('Vssd'));
    return done({ Size: await services.auxiliary.sizeOfSystemFiles(place.configuration.id) });
  },
});

/** ModifyDiskMergeSettings: the InstanceID is that of the machine's settings (object-model §1). */
export const diskMergeMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: [],
  run: async ({ request, args }) => {
    const settings = services.texts.read('SettingData', args.requiredText('SettingData'), 'Msvm_DiskMergeSettingData');
    const id = settings.get('InstanceID');
    const place = typeof id === 'string' ? services.references.configurationOfId(id) : undefined;
    if (place === undefined || place.snapshot !== null) {
      throw new DomainError(
        'invalidParameter',
        'The InstanceID in SettingData names no virtual machine. Read Msvm_DiskMergeSettingData and send its InstanceID.',
      );
    }
    const state = settings.get('EnabledState');
    if (state !== null && state !== MERGE_HELD_BACK && state !== MERGE_ENABLED) {
      throw new DomainError(
        'invalidParameter',
        'EnabledState is neither 0 (held back) nor 1 (enabled). Use one of them.',
      );
    }
    if (state !== null) await services.auxiliary.setDiskMerging(request, place.system.id, state === MERGE_ENABLED);
    return done({}, [affectedSystem(place.system, 0)]);
  },
});

/** SetInitialMachineConfigurationData: bytes that say their own length. */
export const initialConfigurationMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: [],
  run: async ({ request, args }) => {
    const system = requireSystem(services.references, 'TargetSystem', args.requiredReference('TargetSystem'));
    const data = Uint8Array.from(args.integers('ImcData'));
    const length = data.length < LENGTH_BYTES ? -1 : new DataView(data.buffer).getUint32(0);
    if (length !== data.length || data.length > MAX_IMC_BYTES) {
      throw new DomainError(
        'invalidParameter',
        `ImcData has ${data.length} bytes, its first four say ${length}. Begin with the length, big-endian; at most ${MAX_IMC_BYTES} bytes.`,
      );
    }
    await services.auxiliary.setInitialMachineConfiguration(request, system.id, data);
    return done({}, [affectedSystem(system, 0)]);
  },
});
