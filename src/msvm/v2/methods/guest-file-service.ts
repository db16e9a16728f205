import type { CimInstance } from '../../../cim/instance.ts';
import type { GuestFile } from '../../../core/requests.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import type { MethodServices } from './services.ts';

const SETTING = 'Msvm_CopyFileToGuestSettingData';
/** JobType (jobs-and-errors §4). */
const COPY_JOB = 180;

/** Msvm_GuestFileService (other-services §5): always a job. */
export const guestFileServiceMethods = ({ guests, texts }: MethodServices): MethodRows => ({
  CopyFilesToGuest: {
    // A file of the host is named (K8).
    right: 'administer',
    jobType: COPY_JOB,
    out: [],
    run: async ({ request, path, args }) => {
      const system = path.key('SystemName');
      if (typeof system !== 'string') throw invalid('The path has no SystemName. Use the full path.');
      const settings = texts.readAll('CopyFileToGuestSettings', args.requiredTexts('CopyFileToGuestSettings'), SETTING);
      return { kind: 'job', job: await guests.copyFiles(request, system.toUpperCase(), settings.map(fileOf)) };
    },
  },
  ...serviceControlMethods(),
});

const fileOf = (setting: CimInstance): GuestFile => ({
  source: text(setting, 'SourcePath'),
  destination: text(setting, 'DestinationPath'),
  overwrite: setting.get('OverwriteExisting') === true,
  createFolders: setting.get('CreateFullPath') === true,
});

const text = (setting: CimInstance, name: string): string => {
  const value = setting.get(name);
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`${name} of a Msvm_CopyFileToGuestSettingData is missing. Give it a path.`);
};
