import { kindRow } from '../devices/kinds.ts';
import type { EthernetSwitch, HostPort, SettingValue, SettingValues } from '../model.ts';
import type { HostPortInput } from '../requests.ts';
import { noMacAddress, normaliseMac } from '../systems/resources/device-rules.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid } from '../systems/refusals.ts';
import { sameValue } from '../settings-equal.ts';
import { checkName, checkOneOf, checkRange, checkValues } from '../systems/value-checks.ts';

/** Properties of Msvm_VirtualEthernetSwitchSettingData that a client may set, with the values they have without. */
export const SWITCH_SETTING_DEFAULTS: SettingValues = Object.freeze({
  // 3: no bandwidth reservation; a bridge does not enforce one.
  BandwidthReservationMode: 3,
  IOVPreferred: false,
  PacketDirectEnabled: false,
  TeamingEnabled: false,
  MaxNumMACAddress: 1024,
  ExtensionOrder: [],
});

/** Name, notes and values of a switch after a client's text; what the text does not say stays. */
export const withSwitchSettings = (
  held: Pick<EthernetSwitch, 'name' | 'notes'> & { readonly values: SettingValues },
  given: SettingValues,
): { readonly name: string; readonly notes: string; readonly values: SettingValues } => {
  checkValues(given);
  const values: Record<string, SettingValue> = { ...held.values };
  for (const [name, usual] of Object.entries(SWITCH_SETTING_DEFAULTS)) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    if (sameValue(value, usual)) delete values[name];
    else values[name] = value;
  }
  checkOneOf('BandwidthReservationMode', values['BandwidthReservationMode'] ?? 3, [0, 1, 2, 3]);
  checkRange('MaxNumMACAddress', values['MaxNumMACAddress'] ?? 1024, 1, 131_072);
  const name = typeof given['ElementName'] === 'string' ? given['ElementName'] : held.name;
  checkName(name);
  if (name.trim() === '') throw invalid('The switch has no name. Give it an ElementName.');
  return { name, notes: notesOf(given['Notes']) ?? held.notes, values };
};

const notesOf = (value: SettingValue | undefined): string | null => {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join('\n') : null;
};

const LINK = /^(host:|external:(.+))$/;

/** A new port of a switch out of its allocation setting. @throws DomainError invalidParameter */
export const newHostPort = (input: HostPortInput, switchName: string): HostPort => {
  checkValues(input.values);
  const { kind, adapter } = hostResource(input.values);
  const port: HostPort = {
    id: input.id ?? newGuid(),
    kind,
    name: kind === 'internal' ? switchName : `${switchName}_External`,
    adapter,
    mac: null,
    ...(input.end === undefined ? {} : { end: input.end }),
    features: [],
  };
  return withPortValues(port, input.values);
};

/** A port with another name, address or adapter. Its kind stays. */
export const changedHostPort = (port: HostPort, values: SettingValues): HostPort => {
  checkValues(values);
  const given = values['HostResource'];
  if (given === undefined || given === null) return withPortValues(port, values);
  const { kind, adapter } = hostResource(values);
  if (kind !== port.kind)
    throw invalid(
      'A port of a switch that leads to an adapter cannot become one that leads to the host, nor the other way. Remove it and add the other.',
    );
  return withPortValues({ ...port, adapter }, values);
};

const withPortValues = (port: HostPort, values: SettingValues): HostPort => {
  const { ElementName: name, Address: address } = values;
  if (typeof name === 'string') checkName(name);
  // The name that every template has is none that a client chose.
  const chosen = typeof name === 'string' && name !== '' && name !== kindRow('ethernetConnection').elementName;
  const named = chosen ? { ...port, name } : port;
  if (port.kind === 'external' || typeof address !== 'string' || address === '') return named;
  const mac = normaliseMac(address);
  if (mac === null) throw noMacAddress(address);
  return { ...named, mac };
};

const hostResource = (values: SettingValues): Pick<HostPort, 'kind' | 'adapter'> => {
  const links = values['HostResource'];
  const link: unknown = Array.isArray(links) && links.length === 1 ? links[0] : undefined;
  const found = typeof link === 'string' ? LINK.exec(link) : null;
  if (found === null)
    throw invalid(
      'HostResource of a port of a switch must hold one path: that of the host (Msvm_ComputerSystem) for an internal port, or of a Msvm_ExternalEthernetPort.',
    );
  return found[2] === undefined ? { kind: 'internal', adapter: null } : { kind: 'external', adapter: found[2] };
};
