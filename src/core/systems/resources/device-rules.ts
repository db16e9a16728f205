import { deviceValue, effectiveDevice, numberValue } from '../../devices/effective.ts';
import { NO_MAC } from '../../devices/ethernet.ts';
import { kindRow } from '../../devices/kinds.ts';
import { MAXIMUM_MEMORY_MB, MAXIMUM_PROCESSORS, MINIMUM_MEMORY_MB } from '../../devices/processor-memory.ts';
import type { DeviceKind, DeviceSetting, SettingValue } from '../../model.ts';
import { DomainError } from '../../errors.ts';
import { aclFilter, extendedAclFilters } from '../../networks/access-rules.ts';
import { invalid, quote } from '../refusals.ts';
import { checkName, checkOneOf, checkRange } from '../value-checks.ts';

/**
 * What must hold of a setting whatever way it came to its values (management-service §2). Called on the finished setting,
 * so that a client may send parts in any order. @throws DomainError
 */
export const checkDevice = (device: DeviceSetting): void => {
  const name = deviceValue(device, 'ElementName');
  if (typeof name === 'string' && name !== kindRow(device.kind).elementName) checkName(name);
  RULES[device.kind]?.(device);
};

type Rule = (device: DeviceSetting) => void;

const big = (device: DeviceSetting, name: string): bigint => {
  const value = deviceValue(device, name);
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(Math.trunc(value)) : 0n;
};

const range = (device: DeviceSetting, name: string, minimum: number, maximum: number): void =>
  checkRange(name, deviceValue(device, name), minimum, maximum);

const checkProcessor: Rule = (device) => {
  range(device, 'VirtualQuantity', 1, MAXIMUM_PROCESSORS);
  range(device, 'Limit', 0, 100_000);
  range(device, 'Reservation', 0, 100_000);
  range(device, 'Weight', 1, 10_000);
};

const checkMemory: Rule = (device) => {
  for (const name of ['VirtualQuantity', 'Reservation', 'Limit']) {
    const mb = big(device, name);
    if (mb % 2n !== 0n) throw invalid(`${name} of the memory is ${mb} MB; it must be a multiple of 2.`);
    if (mb < MINIMUM_MEMORY_MB || mb > MAXIMUM_MEMORY_MB) {
      throw invalid(`${name} of the memory is ${mb} MB; it must be from ${MINIMUM_MEMORY_MB} to ${MAXIMUM_MEMORY_MB}.`);
    }
  }
  range(device, 'Weight', 0, 10_000);
  range(device, 'TargetMemoryBuffer', 5, 2000);
  const [minimum, start, maximum] = [big(device, 'Reservation'), big(device, 'VirtualQuantity'), big(device, 'Limit')];
  if (deviceValue(device, 'DynamicMemoryEnabled') === true && (minimum > start || start > maximum)) {
    throw invalid(
      `Dynamic memory needs Reservation <= VirtualQuantity <= Limit; they are ${minimum}, ${start} and ${maximum} MB. Put them in order.`,
    );
  }
};

const MAC = /^[0-9A-F]{12}$/;

/** 12 hex digits, upper case; null when the text is no MAC address of a single station. */
export const normaliseMac = (text: string): string | null => {
  const digits = text.replaceAll(/[-:.\s]/g, '').toUpperCase();
  if (!MAC.test(digits)) return null;
  // The lowest bit of the first octet marks a group address, which no adapter may have.
  return Number.parseInt(digits.slice(0, 2), 16) % 2 === 0 ? digits : null;
};

/** The refusal of what `normaliseMac` does not take. */
export const noMacAddress = (text: string): DomainError =>
  invalid(
    `${quote(text)} is no MAC address of an adapter; give 12 hexadecimal digits, the second of which is even, such as 00155D010203.`,
  );

const checkAdapter: Rule = (device) => {
  const address = deviceValue(device, 'Address');
  if (typeof address !== 'string' || normaliseMac(address) !== address) {
    throw noMacAddress(String(address));
  }
  if (deviceValue(device, 'StaticMacAddress') === true && address === NO_MAC) {
    throw invalid('StaticMacAddress is TRUE, so Address must hold the MAC address: 12 hexadecimal digits.');
  }
};

const checkConnection: Rule = (device) => checkOneOf('EnabledState', deviceValue(device, 'EnabledState'), [2, 3]);

const checkImage: Rule = (device) => {
  const value = deviceValue(device, 'HostResource');
  if (value === null) return;
  if (!Array.isArray(value) || value.length > 1) throw invalid('HostResource must hold one path.');
  const limit = big(device, 'IOPSLimit');
  const reservation = big(device, 'IOPSReservation');
  if (limit !== 0n && reservation > limit) {
    throw invalid(`IOPSReservation (${reservation}) is above IOPSLimit (${limit}). Lower it.`);
  }
  if (limit > 1_000_000_000n) throw invalid('IOPSLimit must be at most 1000000000.');
};

const checkComponent: Rule = (device) => checkOneOf('EnabledState', deviceValue(device, 'EnabledState'), [2, 3]);

const checkSerialPort: Rule = (device) => {
  const value = deviceValue(device, 'Connection');
  if (Array.isArray(value) && value.length > 1) throw invalid('Connection of a serial port must hold one path.');
};

const checkDisplay: Rule = (device) => {
  checkOneOf('ResolutionType', deviceValue(device, 'ResolutionType'), [2, 3, 4]);
  range(device, 'HorizontalResolution', 320, 7680);
  range(device, 'VerticalResolution', 200, 4320);
};

const VLAN_IDS = 4094;
const vlanList = (name: string, value: SettingValue): void => {
  if (!Array.isArray(value)) return;
  for (const id of value) checkRange(name, id, 1, VLAN_IDS);
};

const checkVlan: Rule = (device) => {
  const mode = numberValue(device, 'OperationMode');
  checkOneOf('OperationMode', mode, [0, 1, 2, 3]);
  for (const name of ['AccessVlanId', 'NativeVlanId', 'PrimaryVlanId', 'SecondaryVlanId'])
    range(device, name, 0, VLAN_IDS);
  for (const name of ['TrunkVlanIdArray', 'PruneVlanIdArray', 'SecondaryVlanIdArray'])
    vlanList(name, deviceValue(device, name));
  const lacking = FILTERED_MODES[mode];
  if (lacking === undefined) return;
  throw new DomainError(
    'notSupported',
    `${lacking} needs VLAN filtering in the bridge, which this host does not have. Use access mode.`,
  );
};

/** K31: the kernels we run on give a port one VLAN by giving it a bridge; these would need a bridge that filters. */
const FILTERED_MODES: Readonly<Record<number, string>> = { 2: 'A trunk', 3: 'A private VLAN' };

const checkIsolation: Rule = (device) => {
  checkOneOf('IsolationMode', deviceValue(device, 'IsolationMode'), [0, 1, 2, 3]);
  if (numberValue(device, 'IsolationMode') === 0) return;
  throw new DomainError(
    'notSupported',
    'Isolation of a port (IsolationMode) is not done by the switches of this host. Use a VLAN in access mode.',
  );
};

const checkSecurity: Rule = (device) => {
  checkOneOf('MonitorMode', deviceValue(device, 'MonitorMode'), [0, 1, 2]);
  range(device, 'MonitorSession', 0, 255);
};

const checkBandwidth: Rule = (device) => {
  const limit = big(device, 'Limit');
  const reservation = big(device, 'Reservation');
  if (limit !== 0n && reservation > limit) {
    // os-win looks for this code (jobs-and-errors §9).
    throw invalid(`The bandwidth Reservation (${reservation}) is above the Limit (${limit}). Lower it.`, {
      hresult: '0x80070057',
    });
  }
  range(device, 'Weight', 0, 100);
};

const checkAcl: Rule = (device) => {
  checkOneOf('Direction', deviceValue(device, 'Direction'), [1, 2]);
  checkOneOf('Action', deviceValue(device, 'Action'), [1, 2, 3]);
  checkOneOf('AclType', deviceValue(device, 'AclType'), [1, 2, 3]);
  checkOneOf('Applicability', deviceValue(device, 'Applicability'), [0, 1, 2]);
  range(device, 'LocalAddressPrefixLength', 0, 128);
  range(device, 'RemoteAddressPrefixLength', 0, 128);
  if (aclFilter(device) === undefined)
    throw invalid(
      'An address of the ACL is none of its AclType, or its prefix is too long. Give a MAC address, an IPv4 or an IPv6 address, or *.* for any.',
    );
};

const checkExtendedAcl: Rule = (device) => {
  checkOneOf('Direction', deviceValue(device, 'Direction'), [1, 2]);
  checkOneOf('Action', deviceValue(device, 'Action'), [1, 2]);
  if (extendedAclFilters(device) === undefined)
    throw invalid(
      'The addresses, ports or protocol of the extended ACL cannot be read, or do not go together. Give addresses such as 10.0.0.0/8, ports such as 80 or 80-90 with TCP or UDP, or ANY.',
    );
};

const WWN = /^[0-9A-F]{16}$/i;
const checkFcPort: Rule = (device) => {
  for (const name of ['VirtualPortWWPN', 'VirtualPortWWNN', 'SecondaryWWPN', 'SecondaryWWNN']) {
    const value = deviceValue(device, name);
    if (typeof value !== 'string' || !WWN.test(value)) throw invalid(`${name} must be 16 hexadecimal digits.`);
  }
};

const RULES: Readonly<Record<DeviceKind, Rule>> = {
  processor: checkProcessor,
  memory: checkMemory,
  syntheticEthernet: checkAdapter,
  emulatedEthernet: checkAdapter,
  ethernetConnection: checkConnection,
  hardDiskImage: checkImage,
  cdImage: checkImage,
  floppyImage: checkImage,
  serialPort: checkSerialPort,
  syntheticDisplay: checkDisplay,
  timeSync: checkComponent,
  heartbeat: checkComponent,
  kvp: checkComponent,
  shutdown: checkComponent,
  vss: checkComponent,
  guestServiceInterface: checkComponent,
  rdv: checkComponent,
  tpm: checkComponent,
  vlan: checkVlan,
  isolation: checkIsolation,
  portSecurity: checkSecurity,
  bandwidth: checkBandwidth,
  acl: checkAcl,
  extendedAcl: checkExtendedAcl,
  fcPort: checkFcPort,
};

/** Static memory: the three figures are one (management-service §2, M7). */
export const followStaticMemory = (
  before: DeviceSetting,
  after: DeviceSetting,
): Readonly<Record<string, SettingValue>> => {
  const values = effectiveDevice(after);
  if (values.DynamicMemoryEnabled === true) return {};
  const touched = ['VirtualQuantity', 'Reservation', 'Limit'].some(
    (name) => deviceValue(before, name) !== values[name],
  );
  const quantity = values.VirtualQuantity ?? null;
  return touched ? { Reservation: quantity, Limit: quantity } : {};
};
