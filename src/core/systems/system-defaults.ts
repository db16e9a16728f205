import type { Configuration, SettingValues, Snapshot, VirtualSystem } from '../model.ts';
import { datetimeText } from './datetime.ts';
import { shownId } from './shown-id.ts';

/** K21: versions 5.0 to 12.x are accepted, new machines get 10.0. */
export const DEFAULT_VERSION = '10.0';
export const SUPPORTED_VERSIONS: readonly string[] = Object.freeze([
  '5.0',
  '6.2',
  '7.0',
  '7.1',
  '8.0',
  '8.1',
  '8.2',
  '8.3',
  '9.0',
  '9.1',
  '9.2',
  '9.3',
  '10.0',
  '10.5',
  '11.0',
  '12.0',
]);
export const DEFAULT_NAME = 'New Virtual Machine';

/** Secure boot templates (object-model §4). */
export const SECURE_BOOT_TEMPLATES = Object.freeze({
  MicrosoftWindows: '1734c6e8-3154-4dda-ba5f-a874cc483422',
  MicrosoftUEFICertificateAuthority: '272e7447-90a4-4563-a4b9-8e4ab00526ce',
  OpenSourceShieldedVM: '4292ae2b-ee2c-42b5-a969-dd8f8689f6f3',
});

const COMMON: SettingValues = {
  Caption: 'Virtual Machine Settings',
  ElementName: DEFAULT_NAME,
  Notes: Object.freeze(['']),
  AutomaticStartupAction: 3,
  AutomaticStartupActionDelay: '00000000000000.000000:000',
  AutomaticShutdownAction: 3,
  AutomaticRecoveryAction: 3,
  AutomaticCriticalErrorAction: 1,
  AutomaticCriticalErrorActionTimeout: '00000000003000.000000:000',
  AutomaticSnapshotsEnabled: false,
  UserSnapshotType: 3,
  IsAutomaticSnapshot: false,
  IsSaved: false,
  BIOSNumLock: false,
  NetworkBootPreferredProtocol: 4096,
  PauseAfterBootFailure: false,
  ConsoleMode: 0,
  VirtualNumaEnabled: true,
  LowMmioGapSize: 128n,
  HighMmioGapSize: 512n,
  AllowFullSCSICommandSet: false,
  AllowReducedFcRedundancy: false,
  IncrementalBackupEnabled: false,
  GuestControlledCacheTypes: false,
  LockOnDisconnect: false,
  EnableHibernation: false,
  TurnOffOnGuestRestart: false,
  Version: DEFAULT_VERSION,
  Architecture: 'x64',
  EnhancedSessionTransportType: 0,
};

/** VSSD defaults by generation (object-model §4); one frozen record for all machines. */
export const SYSTEM_DEFAULTS: Readonly<Record<1 | 2, SettingValues>> = Object.freeze({
  1: Object.freeze({
    ...COMMON,
    VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:1',
    BootOrder: Object.freeze([1, 2, 3, 0]),
    SecureBootEnabled: false,
  }),
  2: Object.freeze({
    ...COMMON,
    VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
    BootOrder: Object.freeze([]),
    SecureBootEnabled: true,
    SecureBootTemplateId: SECURE_BOOT_TEMPLATES.MicrosoftWindows,
  }),
});

/** Names that follow another name until the client writes them (object-model §4). */
export const FOLLOWS: Readonly<Record<string, string>> = Object.freeze({
  BaseBoardSerialNumber: 'BIOSSerialNumber',
  ChassisSerialNumber: 'BIOSSerialNumber',
  ChassisAssetTag: 'BIOSSerialNumber',
  SnapshotDataRoot: 'ConfigurationDataRoot',
  SwapFileDataRoot: 'ConfigurationDataRoot',
  GuestStateDataRoot: 'ConfigurationDataRoot',
});
const FOLLOWERS = Object.entries(FOLLOWS);

const SNAPSHOT_TYPES: Readonly<Record<Snapshot['type'], string>> = {
  standard: 'Microsoft:Hyper-V:Snapshot:Realized',
  recovery: 'Microsoft:Hyper-V:Snapshot:Recovery',
  planned: 'Microsoft:Hyper-V:Snapshot:Planned',
  missing: 'Microsoft:Hyper-V:Snapshot:Missing',
};

export const virtualSystemType = (system: VirtualSystem, snapshot: Snapshot | null): string => {
  if (snapshot !== null) return SNAPSHOT_TYPES[snapshot.type];
  return system.kind === 'planned' ? 'Microsoft:Hyper-V:System:Planned' : 'Microsoft:Hyper-V:System:Realized';
};

const majorOf = (version: unknown): number => (typeof version === 'string' ? Number.parseInt(version, 10) : 0);

/**
 * All values of a VSSD, defaults filled in. Not in it: InstanceID, Parent and BootSourceOrder, which are object paths and
 * belong to whoever knows the namespace.
 */
export const effectiveValues = (
  system: VirtualSystem,
  configuration: Configuration,
  snapshot: Snapshot | null = null,
): SettingValues => {
  const values: Record<string, SettingValues[string]> = {
    ...SYSTEM_DEFAULTS[system.generation],
    ...configuration.values,
  };
  for (const [name, source] of FOLLOWERS) {
    if (values[name] === undefined && values[source] !== undefined) values[name] = values[source];
  }
  const { id } = configuration;
  values.ConfigurationFile ??= `${snapshot === null ? 'Virtual Machines' : 'Snapshots'}\\${id}.vmcx`;
  values.SuspendDataRoot ??= `Virtual Machines\\${id}`;
  if (majorOf(values.Version) >= 9) values.GuestStateFile ??= `Virtual Machines\\${id}.vmgs`;
  else delete values.GuestStateDataRoot;
  values.Description =
    snapshot === null ? 'Active settings for the virtual machine' : 'Snapshot settings for the virtual machine';
  values.VirtualSystemIdentifier = shownId(system);
  values.VirtualSystemType = virtualSystemType(system, snapshot);
  values.ConfigurationID = id;
  values.CreationTime = datetimeText(snapshot?.createdAt ?? system.createdAt);
  // While it saves, the name of the state to be is there, the state is not.
  values.IsSaved =
    snapshot === null ? system.savedState !== null && system.power !== 'saving' : values.IsSaved === true;
  return values;
};

/** One value of a VSSD without building the whole record; for hot paths (lists, look-ups). */
export const elementNameOf = (configuration: Configuration): string => {
  const name = configuration.values.ElementName;
  return typeof name === 'string' ? name : DEFAULT_NAME;
};
