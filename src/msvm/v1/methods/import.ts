import { CimInstance } from '../../../cim/instance.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import type { Guid } from '../../../core/model.ts';
import type { MachineImport } from '../../../core/plans/requests.ts';
import { newGuid } from '../../../core/systems/identifiers.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { SwitchEntity } from '../../v2/entities.ts';
import { done, type MethodRows } from '../../v2/methods/method.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import { settingFilter } from '../../v2/methods/setting-filter.ts';
import { configurationInstanceId } from '../../v2/settings/instance-id.ts';

/** JobType (jobs-and-errors §4). */
const IMPORT_SETTINGS_JOB = 60;
const IMPORT_JOB = 61;
const IMPORT_SETTING = 'Msvm_VirtualSystemImportSettingData';

/** ImportVirtualSystem(Ex) and GetVirtualSystemImportSettingData (planned-systems §8). `home`: root\virtualization. */
export const v1ImportMethods = (services: MethodServices, home: Projection, catalog: Catalog): MethodRows => {
  const { plans } = services;
  const accepts = settingFilter(services.projection.namespace);
  return {
    ImportVirtualSystem: {
      right: 'administer',
      jobType: IMPORT_JOB,
      out: [],
      run: async ({ request, args }) => {
        const directory = args.requiredText('ImportDirectory');
        const newIdentifiers = args.boolean('GenerateNewID');
        if (newIdentifiers === null)
          throw invalid('The parameter GenerateNewID is missing. Say TRUE for a new identifier, FALSE to keep it.');
        const wanted = { ...IN_PLACE, directory, newIdentifiers, accepts };
        return { kind: 'job', job: await plans.importMachine(request, wanted) };
      },
    },
    ImportVirtualSystemEx: {
      right: 'administer',
      jobType: IMPORT_JOB,
      out: [],
      run: async ({ request, args }) => {
        const directory = args.requiredText('ImportDirectory');
        const text = args.requiredText('ImportSettingData');
        const settings = services.texts.read('ImportSettingData', text, IMPORT_SETTING);
        const wanted = { ...importOf(settings, catalog), directory, accepts };
        return { kind: 'job', job: await plans.importMachine(request, wanted) };
      },
    },
    GetVirtualSystemImportSettingData: {
      right: 'administer',
      looks: true,
      jobType: IMPORT_SETTINGS_JOB,
      out: ['ImportSettingData'],
      run: async ({ args }) => {
        const { name, files } = await plans.describeExport(args.requiredText('ImportDirectory'), accepts);
        const ImportSettingData = new CimInstance(home.class(IMPORT_SETTING), {
          Caption: 'Virtual System Import Setting Data',
          ElementName: 'Virtual System Import Setting Data',
          Name: name,
          InstanceID: configurationInstanceId(newGuid()),
          CreateCopy: true,
          GenerateNewId: true,
          CurrentResourcePaths: files.map(({ recorded }) => recorded),
          SourceResourcePaths: files.map(({ found }) => found),
        });
        return done({ ImportSettingData });
      },
    },
  };
};

/** 2008: files are used where they are. */
const IN_PLACE = {
  elementName: null,
  files: new Map<string, string>(),
  discarded: new Set<string>(),
  switches: new Map<string, Guid>(),
  configurationRoot: null,
  snapshotRoot: null,
  copy: null,
} as const;

const textOf = (settings: CimInstance, name: string): string | null => {
  const value = settings.get(name);
  return typeof value === 'string' && value !== '' ? value : null;
};

const textsOf = (settings: CimInstance, name: string): readonly string[] => {
  const value = settings.get(name);
  return Array.isArray(value) ? (value as readonly unknown[]).map((one) => String(one ?? '')) : [];
};

/** Two arrays that run side by side, by the texts of the first in lower case; empty texts say nothing. */
const pairs = (settings: CimInstance, first: string, second: string): ReadonlyMap<string, string> => {
  const keys = textsOf(settings, first);
  const values = textsOf(settings, second);
  if (values.length > 0 && values.length !== keys.length)
    throw invalid(`${second} has ${values.length} elements and ${first} has ${keys.length}. They run side by side.`);
  return new Map(
    values.flatMap((value, index): [string, string][] =>
      value === '' ? [] : [[keys[index]?.toLowerCase() ?? '', value]],
    ),
  );
};

/** Recorded paths, in lower case, that the client gives no file for: they are left behind. */
const withoutSource = (settings: CimInstance): ReadonlySet<string> => {
  const sources = textsOf(settings, 'SourceResourcePaths');
  const recorded = textsOf(settings, 'CurrentResourcePaths');
  return new Set(recorded.flatMap((text, index) => (sources[index] === '' ? [text.toLowerCase()] : [])));
};

/** Target paths mean something for copies only (planned-systems §8). @throws DomainError invalidParameter */
const importOf = (settings: CimInstance, catalog: Catalog): Omit<MachineImport, 'directory' | 'accepts'> => {
  const copies = settings.get('CreateCopy') !== false;
  const target = (name: string): string | null => (copies ? textOf(settings, name) : null);
  const switches = [...pairs(settings, 'SourceNetworkConnections', 'TargetNetworkConnections')];
  const files = pairs(settings, 'CurrentResourcePaths', 'SourceResourcePaths');
  const targets = pairs(settings, 'CurrentResourcePaths', 'TargetResourcePaths');
  return {
    newIdentifiers: settings.get('GenerateNewId') !== false,
    elementName: textOf(settings, 'Name'),
    files,
    discarded: withoutSource(settings),
    switches: new Map(switches.map(([name, text]): [string, Guid] => [name, switchOf(catalog, text)])),
    configurationRoot: target('TargetVmDataRoot'),
    snapshotRoot: target('TargetSnapshotDataRoot'),
    copy: copies ? { folder: target('TargetVhdDataRoot'), targets: bySource(files, targets) } : null,
  };
};

/** A copy is named by the file it is made of. */
const bySource = (
  files: ReadonlyMap<string, string>,
  targets: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> =>
  new Map([...targets].map(([recorded, target]) => [(files.get(recorded) ?? recorded).toLowerCase(), target]));

const switchOf = (catalog: Catalog, text: string): Guid => {
  const path = tryParsePath(text);
  const found = path === undefined || path.keys === null ? undefined : catalog.find(path);
  if (found?.kind === 'switch') return (found as SwitchEntity).switch.id;
  throw invalid('TargetNetworkConnections names no virtual switch of this host. Give paths of Msvm_VirtualSwitch.');
};
