import { NotFoundError } from './by-name.ts';
import type { CimClient } from './cim-client.ts';
import type { Nics } from './host.ts';
import { settingsOf } from './machine-parts.ts';
import {
  ADAPTERS,
  type AdapterChange,
  connectionOf,
  DEFAULT_ADAPTER_NAME,
  type NetworkAdapter,
} from './network-adapter.ts';
import { isReference, listOf, numberOf, textOf, type Reference } from './object.ts';
import { accessVlanOf, below, featuresOf, setFeatures } from './port-features.ts';
import { settingsText } from './settings-text.ts';
import { switchPath } from './switches.ts';
import { pathText } from './texts.ts';
import { orElse } from './undo.ts';
import { resourceUri } from './uris.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
const ALLOCATION = 'Msvm_EthernetPortAllocationSettingData';
const PLUGGED = 2;
const UNPLUGGED = 3;

/** What people do with network adapters of machines, in calls of Hyper-V's API. */
export class NetworkAdapters implements Nics {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  async list(machine: string): Promise<readonly NetworkAdapter[]> {
    const connections = await settingsOf(this.#client, ALLOCATION, machine);
    const vlans = await settingsOf(this.#client, 'Msvm_EthernetSwitchPortVlanSettingData', machine);
    const found: NetworkAdapter[] = [];
    for (const className of ADAPTERS)
      for (const [id, properties] of await settingsOf(this.#client, className, machine)) {
        const connection = below(connections, id);
        const vlan = connection === null ? null : below(vlans, connection[0]);
        const resource =
          connection === null ? '' : (textOf(listOf(connection[1]['HostResource'] ?? '')[0] ?? '') ?? '');
        const plugged = connection !== null && numberOf(connection[1]['EnabledState']) === PLUGGED;
        found.push({
          id,
          className,
          name: textOf(properties['ElementName']) ?? '',
          mac: textOf(properties['Address']) ?? '',
          dynamicMac: textOf(properties['StaticMacAddress']) !== 'true',
          connection: connection?.[0] ?? null,
          switch: plugged ? (/Name="([0-9A-Fa-f-]{36})"/.exec(resource)?.[1] ?? null) : null,
          vlan: accessVlanOf(vlan?.[1]),
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
    await orElse(
      () => this.remove(machine, made),
      () => this.connect(machine, made, switchId),
    );
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
    // In one call: both or none.
    await this.#client.run(SERVICE, 'RemoveResourceSettings', { ResourceSettings: resources });
  }

  /** In several calls, the rules of its port first, so that with another address it is never in another VLAN; whole or not at all. */
  async change(machine: string, adapter: NetworkAdapter, { mac, ...port }: AdapterChange): Promise<void> {
    const features = featuresOf(port);
    const undo =
      features.length === 0
        ? async () => undefined
        : await setFeatures(this.#client, machine, connectionOf(adapter), features);
    if (mac === undefined) return;
    const address = settingsText(adapter.className, {
      InstanceID: adapter.id,
      Address: mac ?? '000000000000',
      StaticMacAddress: mac !== null,
    });
    await orElse(undo, () => this.#modify(address));
  }

  #reference(className: string, instanceId: string): Reference {
    return { resourceUri: resourceUri(this.#client.namespace, className), selectors: { InstanceID: instanceId } };
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
