import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import { BOOTABLE_KINDS } from '../../../core/devices/wiring.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import { done, type MethodRow } from './method.ts';
import type { SettingTarget } from './references.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration } from './targets.ts';

/** No source has a JobType for these; that of modifying the system. */
const MODIFY_JOB = 2;

/** BootSourceType 3: a file on a boot partition (object-model §9). */
const FILE = 3;
const SUFFIX = /\\B$/i;

/** AddBootSourceSettings: puts a drive or an adapter that was taken out of the boot order back at its end. */
export const addBootSourcesMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: ['ResultingBootSourceSettings'],
  run: async ({ request, args }) => {
    const path = args.requiredReference('AffectedConfiguration');
    const texts = args.requiredTexts('BootSourceSettings');
    const place = requireConfiguration(services.references, 'AffectedConfiguration', path);
    const sources = services.texts.readAll('BootSourceSettings', texts, 'Msvm_BootSourceSettingData');
    const targets = sources.map((source) => deviceOf(services, place, source));
    const configuration = place.configuration.id;
    await services.auxiliary.changeBootSources(request, configuration, {
      add: targets.map(({ ref }) => ref),
      remove: [],
    });
    const paths = targets.map(({ ref }) => services.references.bootSourcePath(ref) ?? null);
    return done({ ResultingBootSourceSettings: paths }, [
      { element: { kind: 'configuration', id: configuration }, effect: 0 },
    ]);
  },
});

const deviceOf = (services: MethodServices, place: ConfigurationPlace, source: CimInstance): SettingTarget => {
  if (source.get('BootSourceType') === FILE) {
    throw new DomainError(
      'notSupported',
      'The firmware finds boot files by itself. Only drives and network adapters hold a place in the boot order.',
    );
  }
  const id = source.get('InstanceID');
  const found = typeof id === 'string' ? services.references.settingOfId(id.replace(SUFFIX, '')) : undefined;
  if (found?.place.configuration.id === place.configuration.id && BOOTABLE_KINDS.has(found.setting.kind)) return found;
  throw new DomainError(
    'invalidParameter',
    'The InstanceID of a boot source names no bootable device of this virtual machine. Use that of the drive or adapter with \\B behind it.',
    { hresult: '0x80070490' },
  );
};

/** RemoveBootSourceSettings: the devices stay, the firmware no longer tries them. */
export const removeBootSourcesMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: [],
  run: async ({ request, args }) => {
    const targets = args.requiredReferences('BootSourceSettings').map((path, index) => {
      const found = services.references.bootSource(path);
      if (found !== undefined && found.place.snapshot === null) return found;
      throw new DomainError(
        'invalidParameter',
        `BootSourceSettings[${index}] names no boot source of a virtual machine. Read BootSourceOrder again.`,
      );
    });
    const configurations = new Set(targets.map(({ ref }) => ref.configuration));
    const [configuration] = configurations;
    if (configuration === undefined || configurations.size !== 1) {
      throw new DomainError(
        'invalidParameter',
        'BootSourceSettings names several virtual machines. Call once for each.',
      );
    }
    await services.auxiliary.changeBootSources(request, configuration, {
      add: [],
      remove: targets.map(({ ref }) => ref),
    });
    return done({}, [{ element: { kind: 'configuration', id: configuration }, effect: 0 }]);
  },
});
