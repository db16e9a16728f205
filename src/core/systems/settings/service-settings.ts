import type { HostFacts, ServiceSettings, SettingValue, SettingValues } from '../../model.ts';
import type { RequestContext } from '../../requests.ts';
import { DEFAULT_WWPN_RANGE } from '../../host/world-wide-names.ts';
import { sameValue } from '../../settings-equal.ts';
import type { SystemsContext } from '../context.ts';
import { defaultMacRange } from '../mac-pool.ts';
import { invalid, quote } from '../refusals.ts';
import { checkOneOf, checkValues } from '../value-checks.ts';

/** The row of the table `settings` that holds the service's settings. */
export const SERVICE_KEY = 'service';

export interface ServiceFolders {
  readonly externalDataRoot: string;
  readonly virtualHardDiskPath: string;
}

/** Defaults of Msvm_VirtualSystemManagementServiceSettingData (object-model §10). */
export const serviceDefaults = (host: HostFacts, folders: ServiceFolders): SettingValues => {
  const range = defaultMacRange(host.name);
  return Object.freeze({
    Caption: 'Hyper-V Virtual System Management Service',
    ElementName: 'Hyper-V Virtual System Management Service',
    Description: 'Settings for the Virtual System Management Service.',
    DefaultExternalDataRoot: folders.externalDataRoot,
    DefaultVirtualHardDiskPath: folders.virtualHardDiskPath,
    MinimumMacAddress: range.minimum,
    MaximumMacAddress: range.maximum,
    NumaSpanningEnabled: true,
    EnhancedSessionModeEnabled: false,
    PrimaryOwnerName: 'Administrators',
    PrimaryOwnerContact: '',
    BiosLockString: '',
    HbaLunTimeout: 30,
    MinimumWWPNAddress: DEFAULT_WWPN_RANGE.minimum,
    MaximumWWPNAddress: DEFAULT_WWPN_RANGE.maximum,
    CurrentWWNNAddress: 'C003FF0000FFFF00',
    DefaultVirtualHardDiskCachingMode: 0,
    HypervisorRootSchedulerEnabled: false,
  });
};

const READ_ONLY: ReadonlySet<string> = new Set([
  'InstanceID',
  'Caption',
  'Description',
  'ElementName',
  'HypervisorRootSchedulerEnabled',
]);
const FOLDERS: readonly string[] = ['DefaultExternalDataRoot', 'DefaultVirtualHardDiskPath'];
const MAC = /^[0-9A-F]{12}$/;
const WWN = /^[0-9A-F]{16}$/i;

/** All settings of the service, defaults filled in. */
export const effectiveServiceSettings = (defaults: SettingValues, settings: ServiceSettings): SettingValues => ({
  ...defaults,
  ...settings.values,
});

/** ModifyServiceSettings (management-service §2). NULL is unchanged, equal is no change. */
export const modifyServiceSettings = async (
  context: SystemsContext,
  _request: RequestContext,
  given: SettingValues,
): Promise<void> => {
  checkValues(given);
  await context.turns.run('service-settings', async () => {
    const before = context.graph.serviceSettings();
    const current = effectiveServiceSettings(context.serviceDefaults, before);
    const changes: Record<string, SettingValue> = {};
    for (const [name, value] of Object.entries(given)) {
      if (value === null || READ_ONLY.has(name)) continue;
      const one = normalise(name, value);
      if (!sameValue(current[name], one)) changes[name] = one;
    }
    if (Object.keys(changes).length === 0) return;
    checkTogether({ ...current, ...changes });
    for (const name of FOLDERS) {
      const folder = changes[name];
      if (typeof folder === 'string') await context.paths.checkFolder(folder);
    }
    const after: ServiceSettings = { ...before, values: { ...before.values, ...changes } };
    await context.ledger.commitChange({ kind: 'service', before, after }, [
      { table: 'settings', key: SERVICE_KEY, value: after },
    ]);
  });
};

const normalise = (name: string, value: SettingValue): SettingValue => {
  if (name === 'MinimumMacAddress' || name === 'MaximumMacAddress') {
    return typeof value === 'string' ? value.replaceAll(/[-:.]/g, '').toUpperCase() : value;
  }
  return value;
};

const checkTogether = (values: SettingValues): void => {
  for (const name of FOLDERS) {
    const folder = values[name];
    if (typeof folder !== 'string' || folder === '') throw invalid(`${name} must be the absolute path of a folder.`);
  }
  const { MinimumMacAddress: low, MaximumMacAddress: high } = values;
  if (typeof low !== 'string' || typeof high !== 'string' || !MAC.test(low) || !MAC.test(high)) {
    throw invalid('MinimumMacAddress and MaximumMacAddress must be 12 hexadecimal digits each.');
  }
  if (low > high || low.slice(0, 6) !== high.slice(0, 6)) {
    throw invalid(
      `${quote(low)} to ${quote(high)} is no range of MAC addresses: the first must not be above the second, and both begin with the same six digits.`,
    );
  }
  if (Number.parseInt(low.slice(0, 2), 16) % 2 === 1)
    throw invalid('The range of MAC addresses must not be one of group addresses.');
  for (const name of ['MinimumWWPNAddress', 'MaximumWWPNAddress', 'CurrentWWNNAddress']) {
    const value = values[name];
    if (typeof value !== 'string' || !WWN.test(value)) throw invalid(`${name} must be 16 hexadecimal digits.`);
  }
  checkOneOf('DefaultVirtualHardDiskCachingMode', values.DefaultVirtualHardDiskCachingMode ?? 0, [0, 3, 4]);
};

/** Range for dynamic MAC addresses. */
export const macRange = (values: SettingValues): { readonly minimum: string; readonly maximum: string } => {
  const { MinimumMacAddress: minimum, MaximumMacAddress: maximum } = values;
  if (typeof minimum !== 'string' || typeof maximum !== 'string')
    throw new Error('the service settings have no range of MAC addresses');
  return { minimum, maximum };
};
