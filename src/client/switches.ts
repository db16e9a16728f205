import { byName, isMeant, NotFoundError, onlyOne } from './by-name.ts';
import { type Arguments, type CimClient, type InvokeResult, refused } from './cim-client.ts';
import { ConnectionError } from './connection.ts';
import type { Switches } from './host.ts';
import { finishJob } from './jobs.ts';
import { isReference, listOf, textOf, type Reference, type WireObject } from './object.ts';
import type { DefaultNamespace, InputOf, MethodOf, ObjectOf } from './schema.ts';
import { settingsText } from './settings-text.ts';
import { HOST_ADAPTER, type HostAdapter, type NewSwitch, type VirtualSwitch } from './switch.ts';
import { pathText, wqlText } from './texts.ts';
import { resourceUri } from './uris.ts';

type SwitchService = 'Msvm_VirtualEthernetSwitchManagementService';
const SERVICE = { className: 'Msvm_VirtualEthernetSwitchManagementService' } as const;
const SWITCH = 'Msvm_VirtualEthernetSwitch';
const ALLOCATION = 'Msvm_EthernetPortAllocationSettingData';
/** Network cards of the host, by wire and without. */
const CARDS = ['Msvm_ExternalEthernetPort', 'Msvm_WiFiPort'] as const;
/** Well known id of the NAT switch, on Windows as here. */
const DEFAULT_SWITCH = 'C08CB7B8-9B3C-408E-8E30-5E16A3AEB444';

/** What people do with virtual switches, in calls of Hyper-V's API. */
export class VirtualSwitches implements Switches {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  async list(): Promise<readonly VirtualSwitch[]> {
    const notes = new Map<string, string>();
    for await (const { properties } of this.#client.query('SELECT * FROM Msvm_VirtualEthernetSwitchSettingData'))
      notes.set(textOf(properties['VirtualSystemIdentifier']) ?? '', textsOf(properties['Notes']).join('\n'));
    const found: VirtualSwitch[] = [];
    for await (const { properties } of this.#client.query(`SELECT * FROM ${SWITCH}`)) {
      const id = textOf(properties['Name']) ?? '';
      const ports = id === DEFAULT_SWITCH ? [] : await this.#ports(id);
      const adapter =
        ports.flatMap(
          (port) =>
            /Ethernet.*DeviceID="Microsoft:([^"]+)"|WiFi.*DeviceID="Microsoft:([^"]+)"/
              .exec(port)
              ?.slice(1)
              .find((name) => name) ?? [],
        )[0] ?? null;
      const host = ports.some((port) => port.includes(':Msvm_ComputerSystem.'));
      const isFound = (textOf(properties['Description']) ?? '').startsWith('Linux bridge');
      found.push({
        id,
        name: textOf(properties['ElementName']) ?? '',
        kind:
          id === DEFAULT_SWITCH
            ? 'nat'
            : isFound
              ? 'found'
              : adapter !== null
                ? 'external'
                : host
                  ? 'internal'
                  : 'private',
        adapter,
        host,
        notes: notes.get(id) ?? '',
      });
    }
    return byName(found);
  }

  /** By name or id. @throws NotFoundError AmbiguousNameError */
  async find(nameOrId: string): Promise<VirtualSwitch> {
    return onlyOne(
      (await this.list()).filter((one) => isMeant(one, nameOrId)),
      nameOrId,
      'virtual switch',
    );
  }

  async adapters(): Promise<readonly HostAdapter[]> {
    const found: HostAdapter[] = [];
    for (const className of CARDS)
      for await (const object of this.#client.query(`SELECT * FROM ${className}`)) found.push(adapterOf(object));
    return byName(found);
  }

  /** Resolves to its id. */
  async create(wanted: NewSwitch): Promise<string> {
    const ports: string[] = [];
    if (wanted.adapter !== null) ports.push(await this.#card(wanted.adapter));
    if (wanted.host) ports.push(await this.#hostItself());
    const result = await this.#done('DefineSystem', {
      SystemSettings: settingsText('Msvm_VirtualEthernetSwitchSettingData', {
        ElementName: wanted.name,
        ...(wanted.notes === '' ? {} : { Notes: [wanted.notes] }),
      }),
      ResourceSettings: ports.map((path) => settingsText(ALLOCATION, { ResourceType: 33, HostResource: [path] })),
    });
    const made = result.out['ResultingSystem'];
    return isReference(made) ? (made.selectors['Name'] ?? '') : (await this.find(wanted.name)).id;
  }

  async delete(id: string): Promise<void> {
    const reference: Reference = {
      resourceUri: resourceUri(this.#client.namespace, SWITCH),
      selectors: selectorsOf(id),
    };
    await this.#done('DestroySystem', { AffectedSystem: reference });
  }

  async #ports(id: string): Promise<readonly string[]> {
    const found: string[] = [];
    const query = `SELECT * FROM ${ALLOCATION} WHERE InstanceID LIKE 'Microsoft:${id}%'` as const;
    for await (const { properties } of this.#client.query(query)) found.push(...textsOf(properties['HostResource']));
    return found;
  }

  async #card(name: string): Promise<string> {
    for (const className of CARDS) {
      const path = await this.#path(`SELECT * FROM ${className} WHERE Name = ${wqlText(name)}`);
      if (path !== null) return path;
    }
    throw new NotFoundError(name, HOST_ADAPTER);
  }

  async #hostItself(): Promise<string> {
    const query = "SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Hosting Computer System'";
    const path = await this.#path(query);
    if (path === null) throw new ConnectionError('The host does not tell of itself.');
    return path;
  }

  /** Of the first that a query finds; null: it finds none. */
  async #path(query: string): Promise<string | null> {
    for await (const reference of this.#client.queryReferences(query, 1)) {
      const className = reference.resourceUri.slice(reference.resourceUri.lastIndexOf('/') + 1);
      return pathText(this.#client.namespace, className, reference.selectors);
    }
    return null;
  }

  async #done<M extends MethodOf<DefaultNamespace, SwitchService>>(
    method: M,
    // oxlint-disable-next-line typescript/no-generated-empty-object-type -- of one method it has names
    args: Arguments<InputOf<DefaultNamespace, SwitchService, M>>,
  ): Promise<InvokeResult> {
    const result: InvokeResult = await this.#client.invoke<SwitchService, M>(SERVICE, method, args);
    const { Job: job } = result.out;
    if (result.returnValue === JOB_STARTED && isReference(job)) await finishJob(this.#client, job);
    else if (result.returnValue !== 0) throw refused(method, result);
    return result;
  }
}

const selectorsOf = (id: string) => ({ CreationClassName: SWITCH, Name: id });

/** As settings of connections name a switch. */
export const switchPath = (namespace: string, id: string): string => pathText(namespace, SWITCH, selectorsOf(id));

const JOB_STARTED = 4096;

const textsOf = (value: WireObject['properties'][string] | undefined): readonly string[] =>
  value === undefined ? [] : listOf(value).flatMap((one) => textOf(one) ?? []);

const adapterOf = ({ properties }: ObjectOf<'Msvm_ExternalEthernetPort' | 'Msvm_WiFiPort'>): HostAdapter => ({
  name: textOf(properties['Name']) ?? '',
  mac: textOf(properties['PermanentAddress']) ?? '',
  up: textOf(properties['EnabledState']) === '2',
  bound: textOf(properties['IsBound']) === 'true',
});
