import { NotFoundError } from './by-name.ts';
import type { CimClient } from './cim-client.ts';
import type { Nics } from './host.ts';
import { partsOf } from './machine-parts.ts';
import {
  ADAPTERS,
  type AdapterChange,
  connectionOf,
  DEFAULT_ADAPTER_NAME,
  type NetworkAdapter,
  type PortChange,
} from './network-adapter.ts';
import { isReference, listOf, numberOf, textOf, type Reference, type WireObject } from './object.ts';
import type { ClassName, ObjectOf, Settings } from './schema.ts';
import { instanceText, type InstanceValues, settingsText } from './settings-text.ts';
import { switchPath } from './switches.ts';
import { pathText } from './texts.ts';
import { resourceUri } from './uris.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
const ALLOCATION = 'Msvm_EthernetPortAllocationSettingData';
const PLUGGED = 2;
const UNPLUGGED = 3;

const VLAN = 'Msvm_EthernetSwitchPortVlanSettingData';
/** OperationMode of a port that is in one VLAN. */
const ACCESS = 1;

/** A feature of a connection, with what is set of it; null: the feature goes. */
type Feature = {
  readonly [C in FeatureClass]: readonly [className: C, values: Settings<C> | null];
}[FeatureClass];

type FeatureClass =
  | 'Msvm_EthernetSwitchPortVlanSettingData'
  | 'Msvm_EthernetSwitchPortBandwidthSettingData'
  | 'Msvm_EthernetSwitchPortSecuritySettingData';

/** What people do with network adapters of machines, in calls of Hyper-V's API. */
export class NetworkAdapters implements Nics {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  async list(machine: string): Promise<readonly NetworkAdapter[]> {
    const connections = await this.#settings(ALLOCATION, machine);
    const vlans = await this.#settings(VLAN, machine);
    const found: NetworkAdapter[] = [];
    for (const className of ADAPTERS)
      for (const [id, properties] of await this.#settings(className, machine)) {
        const [connection] = [...connections].filter(([one]) => isBelow(one, id));
        const vlan = [...vlans].find(([one]) => connection !== undefined && isBelow(one, connection[0]));
        const resource =
          connection === undefined ? '' : (textOf(listOf(connection[1]['HostResource'] ?? '')[0] ?? '') ?? '');
        const plugged = connection !== undefined && numberOf(connection[1]['EnabledState']) === PLUGGED;
        const isAccess = vlan !== undefined && numberOf(vlan[1]['OperationMode']) === ACCESS;
        const accessVlan = isAccess ? numberOf(vlan[1]['AccessVlanId']) : 0;
        found.push({
          id,
          className,
          name: textOf(properties['ElementName']) ?? '',
          mac: textOf(properties['Address']) ?? '',
          dynamicMac: textOf(properties['StaticMacAddress']) !== 'true',
          connection: connection?.[0] ?? null,
          switch: plugged ? (/Name="([0-9A-Fa-f-]{36})"/.exec(resource)?.[1] ?? null) : null,
          vlan: accessVlan === 0 ? null : accessVlan,
        });
      }
    return found;
  }

  async add(
    machine: string,
    { name = DEFAULT_ADAPTER_NAME, switchId }: Parameters<Nics['add']>[1],
  ): Promise<NetworkAdapter> {
    const text = settingsText(ADAPTERS[0], {
      ResourceType: 10,
      ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
      ElementName: name,
    });
    const id = await this.#add(machine, text);
    const read = async (): Promise<NetworkAdapter> => {
      const found = (await this.list(machine)).find((each) => each.id === id);
      if (found === undefined) throw new NotFoundError(name, 'network adapter of this machine');
      return found;
    };
    const made = await read();
    if (switchId === null) return made;
    try {
      await this.connect(machine, made, switchId);
    } catch (error) {
      // Why it was refused matters more than that it could not be taken back.
      await this.remove(machine, made).catch(() => undefined);
      throw error;
    }
    return read();
  }

  async connect(machine: string, adapter: NetworkAdapter, switchId: string): Promise<void> {
    const path = switchPath(this.#client.namespace, switchId);
    if (adapter.connection !== null)
      return this.#modify(
        settingsText(ALLOCATION, {
          InstanceID: adapter.connection,
          HostResource: [path],
          EnabledState: PLUGGED,
        }),
      );
    await this.#add(
      machine,
      settingsText(ALLOCATION, {
        ResourceType: 33,
        ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
        Parent: pathText(this.#client.namespace, adapter.className, { InstanceID: adapter.id }),
        HostResource: [path],
      }),
    );
  }

  async disconnect(_machine: string, adapter: NetworkAdapter): Promise<void> {
    if (adapter.connection === null) return;
    await this.#modify(settingsText(ALLOCATION, { InstanceID: adapter.connection, EnabledState: UNPLUGGED }));
  }

  async remove(_machine: string, adapter: NetworkAdapter): Promise<void> {
    const resources = [
      ...(adapter.connection === null ? [] : [this.#reference(ALLOCATION, adapter.connection)]),
      this.#reference(adapter.className, adapter.id),
    ];
    for (const resource of resources)
      await this.#client.run(SERVICE, 'RemoveResourceSettings', { ResourceSettings: [resource] });
  }

  /** In several calls: what was done before a refusal stays. */
  async change(machine: string, adapter: NetworkAdapter, { mac, ...port }: AdapterChange): Promise<void> {
    const features = featuresOf(port);
    if (features.length > 0) connectionOf(adapter);
    if (mac !== undefined)
      await this.#modify(
        settingsText(adapter.className, {
          InstanceID: adapter.id,
          Address: mac ?? '000000000000',
          StaticMacAddress: mac !== null,
        }),
      );
    for (const feature of features) await this.#setFeature(machine, adapter, feature);
  }

  /** Adds, changes or removes the one feature of a class. */
  async #setFeature(machine: string, adapter: NetworkAdapter, [className, values]: Feature): Promise<void> {
    const connection = connectionOf(adapter);
    const [held] = [...(await this.#settings(className, machine)).keys()].filter((id) => isBelow(id, connection));
    if (values === null) {
      if (held === undefined) return;
      const features = [this.#reference(className, held)];
      await this.#client.run(SERVICE, 'RemoveFeatureSettings', { FeatureSettings: features });
    } else if (held === undefined) {
      await this.#client.run(SERVICE, 'AddFeatureSettings', {
        AffectedConfiguration: this.#reference(ALLOCATION, connection),
        FeatureSettings: [instanceText(className, values as InstanceValues)],
      });
    } else {
      const text = instanceText(className, { InstanceID: held, ...(values as InstanceValues) });
      await this.#client.run(SERVICE, 'ModifyFeatureSettings', { FeatureSettings: [text] });
    }
  }

  #reference(className: string, instanceId: string): Reference {
    return { resourceUri: resourceUri(this.#client.namespace, className), selectors: { InstanceID: instanceId } };
  }

  async #settings<C extends ClassName>(className: C, machine: string) {
    const found = new Map<string, ObjectOf<C>['properties']>();
    for await (const { properties } of partsOf(this.#client, className, machine)) {
      const { InstanceID }: WireObject['properties'] = properties;
      found.set(textOf(InstanceID) ?? '', properties);
    }
    return found;
  }

  async #add(machine: string, text: string): Promise<string> {
    const result = await this.#client.run(SERVICE, 'AddResourceSettings', {
      AffectedConfiguration: this.#reference('Msvm_VirtualSystemSettingData', `Microsoft:${machine}`),
      ResourceSettings: [text],
    });
    const [added] = listOf(result.out['ResultingResourceSettings']);
    return isReference(added) ? (added.selectors['InstanceID'] ?? '') : '';
  }

  async #modify(text: string): Promise<void> {
    await this.#client.run(SERVICE, 'ModifyResourceSettings', { ResourceSettings: [text] });
  }
}

const isBelow = (id: string, above: string): boolean => id.toLowerCase().startsWith(`${above.toLowerCase()}\\`);

const featuresOf = ({ vlan, limit, macSpoofing, dhcpGuard, routerGuard }: PortChange): readonly Feature[] => {
  const features: Feature[] = [];
  if (vlan !== undefined) features.push([VLAN, vlan === null ? null : { OperationMode: ACCESS, AccessVlanId: vlan }]);
  if (limit !== undefined)
    features.push(['Msvm_EthernetSwitchPortBandwidthSettingData', limit === null ? null : { Limit: limit }]);
  const security = {
    ...(macSpoofing === undefined ? {} : { AllowMacSpoofing: macSpoofing }),
    ...(dhcpGuard === undefined ? {} : { EnableDhcpGuard: dhcpGuard }),
    ...(routerGuard === undefined ? {} : { EnableRouterGuard: routerGuard }),
  };
  if (Object.keys(security).length > 0) features.push(['Msvm_EthernetSwitchPortSecuritySettingData', security]);
  return features;
};
