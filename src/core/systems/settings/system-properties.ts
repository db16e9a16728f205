import type { DomainErrorCode } from '../../errors.ts';
import type { SettingValue } from '../../model.ts';
import { intervalMs } from '../datetime.ts';
import type { Moment } from '../moments.ts';
import { invalid, quote } from '../refusals.ts';
import { checkName, checkOneOf, checkRange } from '../value-checks.ts';

/** How one property of a VSSD may be written (object-model §4, lifecycle §8). */
export interface SystemProperty {
  /** 'readOnly': a value that differs is ignored (embedded-instances §4). */
  readonly when: Moment | 'readOnly' | 'define' | 'dataRoot';
  /** @throws DomainError */
  readonly check?: (value: SettingValue) => void;
  /** Refusal outside its moment, where a real host answers otherwise than 32775. */
  readonly refusal?: DomainErrorCode;
}

const oneOf = (name: string, allowed: readonly number[]) => (value: SettingValue) => checkOneOf(name, value, allowed);
const range = (name: string, minimum: number, maximum: number) => (value: SettingValue) =>
  checkRange(name, value, minimum, maximum);
const interval = (name: string) => (value: SettingValue) => {
  if (typeof value !== 'string' || intervalMs(value) === null) {
    throw invalid(`${name} must be an interval such as 00000000003000.000000:000, not ${quote(String(value))}.`);
  }
};

const BRACED_GUID = /^\{[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\}$/i;
const GUID = /^\{?[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\}?$/i;

const checkBiosGuid = (value: SettingValue): void => {
  if (typeof value !== 'string' || !BRACED_GUID.test(value)) {
    throw invalid('BIOSGUID must be a GUID in braces, such as {9ECB1C2D-0000-4000-8000-0123456789AB}.');
  }
};

const checkTemplate = (value: SettingValue): void => {
  if (typeof value !== 'string' || (value !== '' && !GUID.test(value)))
    throw invalid('SecureBootTemplateId must be a GUID.');
};

const checkBootOrder = (value: SettingValue): void => {
  if (!Array.isArray(value)) throw invalid('BootOrder must be a list.');
  // Empty on generation 2, where BootSourceOrder rules.
  if (value.length === 0) return;
  const distinct = new Set(value);
  const known = value.every((entry) => typeof entry === 'number' && entry >= 0 && entry <= 4);
  if (value.length !== 4 || distinct.size !== 4 || !known) {
    throw invalid(
      'BootOrder must hold four different values out of 0 floppy, 1 CD, 2 IDE disk, 3 network, 4 SCSI disk.',
    );
  }
};

/** SMBIOS strings: QEMU and the guest's firmware take printable ASCII of limited length. */
const smbiosText = (name: string) => (value: SettingValue) => {
  if (typeof value !== 'string' || !/^[\x20-\x7e]{0,255}$/.test(value)) {
    throw invalid(`${name} must be at most 255 printable ASCII characters.`);
  }
};

const readOnly: SystemProperty = { when: 'readOnly' };
const off: SystemProperty = { when: 'off' };
const any: SystemProperty = { when: 'any' };

export const SYSTEM_PROPERTIES: Readonly<Record<string, SystemProperty>> = {
  ElementName: {
    when: 'any',
    check: (value) => {
      if (typeof value !== 'string' || value === '') throw invalid('ElementName must not be empty.');
      checkName(value);
    },
  },
  Notes: any,
  InstanceID: readOnly,
  Caption: readOnly,
  Description: readOnly,
  VirtualSystemIdentifier: readOnly,
  VirtualSystemType: readOnly,
  ConfigurationID: readOnly,
  ConfigurationFile: readOnly,
  CreationTime: readOnly,
  Parent: readOnly,
  BootSourceOrder: readOnly,
  IsSaved: readOnly,
  IsAutomaticSnapshot: readOnly,
  Architecture: readOnly,
  GuestStateFile: readOnly,
  GuestStateDataRoot: readOnly,
  RecoveryFile: readOnly,
  ParentPackage: readOnly,
  VirtualSystemSubType: { when: 'define' },
  Version: { when: 'define' },
  ConfigurationDataRoot: { when: 'dataRoot' },
  SnapshotDataRoot: { when: 'dataRoot' },
  SwapFileDataRoot: { when: 'dataRoot' },
  SuspendDataRoot: { when: 'dataRoot' },
  LogDataRoot: { when: 'dataRoot' },
  AutomaticStartupAction: { when: 'any', check: oneOf('AutomaticStartupAction', [2, 3, 4]) },
  AutomaticStartupActionDelay: { when: 'any', check: interval('AutomaticStartupActionDelay') },
  AutomaticStartupActionSequenceNumber: any,
  AutomaticShutdownAction: { when: 'any', check: oneOf('AutomaticShutdownAction', [2, 3, 4]) },
  AutomaticRecoveryAction: { when: 'any', check: oneOf('AutomaticRecoveryAction', [2, 3, 4]) },
  AutomaticCriticalErrorAction: { when: 'any', check: oneOf('AutomaticCriticalErrorAction', [0, 1]) },
  AutomaticCriticalErrorActionTimeout: { when: 'any', check: interval('AutomaticCriticalErrorActionTimeout') },
  AutomaticSnapshotsEnabled: any,
  UserSnapshotType: { when: 'any', check: oneOf('UserSnapshotType', [2, 3, 4, 5]) },
  AdditionalRecoveryInformation: any,
  IncrementalBackupEnabled: any,
  LockOnDisconnect: any,
  EnhancedSessionTransportType: { when: 'any', check: oneOf('EnhancedSessionTransportType', [0, 1]) },
  BIOSGUID: { when: 'off', check: checkBiosGuid },
  BIOSSerialNumber: { when: 'off', check: smbiosText('BIOSSerialNumber') },
  BaseBoardSerialNumber: { when: 'off', check: smbiosText('BaseBoardSerialNumber') },
  ChassisSerialNumber: { when: 'off', check: smbiosText('ChassisSerialNumber') },
  ChassisAssetTag: { when: 'off', check: smbiosText('ChassisAssetTag') },
  // A real host answers 32768 here, not 32775 (lifecycle §8).
  BIOSNumLock: { when: 'off', refusal: 'failed' },
  BootOrder: { when: 'off', check: checkBootOrder },
  NetworkBootPreferredProtocol: { when: 'off', check: oneOf('NetworkBootPreferredProtocol', [4096, 4097]) },
  PauseAfterBootFailure: off,
  SecureBootEnabled: off,
  SecureBootTemplateId: { when: 'off', check: checkTemplate },
  ConsoleMode: { when: 'off', check: oneOf('ConsoleMode', [0, 1, 2, 3]) },
  VirtualNumaEnabled: off,
  LowMmioGapSize: { when: 'off', check: range('LowMmioGapSize', 128, 3584) },
  HighMmioGapSize: { when: 'off', check: range('HighMmioGapSize', 0, 2 ** 40) },
  DebugPortEnabled: { when: 'off', check: oneOf('DebugPortEnabled', [0, 1, 2]) },
};

/** A property of the schema without a rule of its own is kept, and changes with the machine off. */
export const systemProperty = (name: string): SystemProperty => SYSTEM_PROPERTIES[name] ?? off;

const VERSION = /^(\d{1,2})\.(\d{1,2})$/;

/** K21: 5.0 to 12.x. Null: not a version, or not one of ours. */
export const parseVersion = (text: string): readonly [major: number, minor: number] | null => {
  const match = VERSION.exec(text);
  if (match === null) return null;
  const major = Number(match[1]);
  return major >= 5 && major <= 12 ? [major, Number(match[2])] : null;
};

const ABSOLUTE = /^(?:[\\/]|[a-z]:)/i;

/**
 * Is this value a folder that the path resolver must allow? LogDataRoot is kept and never used; SuspendDataRoot is relative
 * by definition unless a client gives it otherwise (object-model §4, paths.md).
 */
export const isCheckedFolder = (name: string, value: SettingValue): value is string => {
  if (typeof value !== 'string' || systemProperty(name).when !== 'dataRoot' || name === 'LogDataRoot') return false;
  return name !== 'SuspendDataRoot' || ABSOLUTE.test(value);
};
