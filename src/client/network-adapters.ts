import type { WsmanClient } from './client.ts';
import { MethodError } from './method-error.ts';
import { partsOf } from './machine-parts.ts';
import { isReference, listOf, numberOf, textOf, type Reference, type WireObject } from './object.ts';
import type { ClassName, ObjectOf, Settings } from './schema.ts';
import { instanceText, type InstanceValues, settingsText } from './settings-text.ts';
import { pathText } from './texts.ts';
import { resourceUri } from './uris.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
const ADAPTERS = ['Msvm_SyntheticEthernetPortSettingData', 'Msvm_EmulatedEthernetPortSettingData'] as const;
const ALLOCATION = 'Msvm_EthernetPortAllocationSettingData';
const PLUGGED = 2;
const UNPLUGGED = 3;

/** A network adapter of a machine with its connection. */
export interface NetworkAdapter {
  readonly id: string;
  readonly className: AdapterClass;
  readonly name: string;
  readonly mac: string;
  readonly dynamicMac: boolean;
  /** InstanceID of its connection; null: it never had one. */
  readonly connection: string | null;
  /** Id of the switch that it is plugged into; null: none. */
  readonly switch: string | null;
  readonly vlan: number | null;
}

type AdapterClass = (typeof ADAPTERS)[number];

/** A feature of a connection, with what is set of it; null: the feature goes. */
export type Feature = {
  readonly [C in FeatureClass]: readonly [className: C, values: Settings<C> | null];
}[FeatureClass];

type FeatureClass =
  | 'Msvm_EthernetSwitchPortVlanSettingData'
  | 'Msvm_EthernetSwitchPortBandwidthSettingData'
  | 'Msvm_EthernetSwitchPortSecuritySettingData';

/** What people do with network adapters of machines, in calls of Hyper-V's API. */
export class NetworkAdapters {
  readonly #client: WsmanClient;

  constructor(client: WsmanClient) {
    this.#client = client;
  }

  async list(machine: string): Promise<readonly NetworkAdapter[]> {
    const connections = await this.#settings(ALLOCATION, machine);
    const vlans = await this.#settings('Msvm_EthernetSwitchPortVlanSettingData', machine);
    const found: NetworkAdapter[] = [];
    for (const className of ADAPTERS)
      for (const [id, properties] of await this.#settings(className, machine)) {
        const [connection] = [...connections].filter(([one]) => isBelow(one, id));
        const vlan = [...vlans].find(([one]) => connection !== undefined && isBelow(one, connection[0]));
        const resource =
          connection === undefined ? '' : (textOf(listOf(connection[1]['HostResource'] ?? '')[0] ?? '') ?? '');
        const plugged = connection !== undefined && numberOf(connection[1]['EnabledState']) === PLUGGED;
        const accessVlan = vlan === undefined ? 0 : numberOf(vlan[1]['AccessVlanId']);
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

  /** Resolves to the new adapter's InstanceID. */
  async add(machine: string, name = 'Network Adapter'): Promise<string> {
    const text = settingsText(ADAPTERS[0], {
      ResourceType: 10,
      ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
      ElementName: name,
    });
    return this.#add(machine, text);
  }

  /** Plugs it into a switch, by the switch's path, running or not. */
  async connect(machine: string, adapter: NetworkAdapter, switchPath: string): Promise<void> {
    if (adapter.connection !== null)
      return this.#modify(
        settingsText(ALLOCATION, {
          InstanceID: adapter.connection,
          HostResource: [switchPath],
          EnabledState: PLUGGED,
        }),
      );
    await this.#add(
      machine,
      settingsText(ALLOCATION, {
        ResourceType: 33,
        ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
        Parent: pathText(this.#client.namespace, adapter.className, { InstanceID: adapter.id }),
        HostResource: [switchPath],
      }),
    );
  }

  async disconnect(adapter: NetworkAdapter): Promise<void> {
    if (adapter.connection === null) return;
    await this.#modify(settingsText(ALLOCATION, { InstanceID: adapter.connection, EnabledState: UNPLUGGED }));
  }

  /** With its connection. */
  async remove(adapter: NetworkAdapter): Promise<void> {
    const resources = [
      ...(adapter.connection === null ? [] : [this.#reference(ALLOCATION, adapter.connection)]),
      this.#reference(adapter.className, adapter.id),
    ];
    for (const resource of resources)
      await this.#client.run(SERVICE, 'RemoveResourceSettings', { ResourceSettings: [resource] });
  }

  /** A static address, 12 hex digits; null: one of the host's range again. */
  setMac(adapter: NetworkAdapter, mac: string | null): Promise<void> {
    return this.#modify(
      settingsText(adapter.className, {
        InstanceID: adapter.id,
        StaticMacAddress: mac !== null,
        Address: mac ?? '000000000000',
      }),
    );
  }

  /** Adds, changes or removes the one feature of a class. @throws MethodError when the adapter has no connection */
  async setFeature(machine: string, adapter: NetworkAdapter, [className, values]: Feature): Promise<void> {
    const { connection } = adapter;
    if (connection === null)
      throw new MethodError('The adapter has no connection to set this on. Connect it first.', 32775, null);
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
