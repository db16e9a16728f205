import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { Caller, CimBroker, MethodResult, OperationContext } from '../../src/cim/operations.ts';
import { formatPath } from '../../src/cim/path/format-path.ts';
import { parsePath } from '../../src/cim/path/parse-path.ts';
import type { CimValue, CimValues } from '../../src/cim/values.ts';

export const V2 = 'root\\virtualization\\v2';
export const CLUSTER = 'root\\HyperVCluster\\v2';
export const SERVICE_CLASS = 'Msvm_VirtualSystemManagementService';

type TextValue = string | number | bigint | boolean | readonly (string | number)[] | null;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const print = (value: string | number | bigint | boolean): string =>
  typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : escape(String(value));

/** The hand-made text of libvirt and scripts: only the wanted properties, everything typed as text (form 3). */
export const settingText = (className: string, values: Readonly<Record<string, TextValue>>): string => {
  const properties = Object.entries(values).map(([name, value]) => {
    if (value === null) return `<PROPERTY NAME="${name}" TYPE="string"></PROPERTY>`;
    if (Array.isArray(value)) {
      const elements = (value as readonly (string | number)[]).map((element) => `<VALUE>${print(element)}</VALUE>`);
      return `<PROPERTY.ARRAY NAME="${name}" TYPE="string"><VALUE.ARRAY>${elements.join('')}</VALUE.ARRAY></PROPERTY.ARRAY>`;
    }
    return `<PROPERTY NAME="${name}" TYPE="string"><VALUE>${print(value as string | number | bigint | boolean)}</VALUE></PROPERTY>`;
  });
  return `<INSTANCE CLASSNAME="${className}">${properties.join('')}</INSTANCE>`;
};

/** A Hyper-V client at the broker, as the front ends use it; words of the samples and of os-win. */
export class HyperVClient {
  readonly broker: CimBroker;
  readonly namespace: string;
  readonly #role: Caller['role'];

  constructor(broker: CimBroker, namespace: string = V2, role: Caller['role'] = 'administrator') {
    this.broker = broker;
    this.namespace = namespace;
    this.#role = role;
  }

  as(role: Caller['role']): HyperVClient {
    return new HyperVClient(this.broker, this.namespace, role);
  }

  get context(): OperationContext {
    return {
      caller: { name: 'TEST\\client', role: this.#role, address: 'local' },
      requestId: 'test',
      protocol: 'internal',
      signal: new AbortController().signal,
    };
  }

  text(path: ObjectPath): string {
    return formatPath(path, { host: this.broker.hostName, namespace: this.namespace });
  }

  async get(path: ObjectPath | string): Promise<CimInstance> {
    const parsed = typeof path === 'string' ? parsePath(path) : path;
    return this.broker.execute(this.context, { kind: 'getInstance', namespace: this.namespace, path: parsed });
  }

  async query(query: string): Promise<CimInstance[]> {
    const result = await this.broker.execute(this.context, {
      kind: 'execQuery',
      namespace: this.namespace,
      language: 'WQL',
      query,
    });
    assert.ok('items' in result, 'a data query');
    return Array.fromAsync(result.items);
  }

  async one(query: string): Promise<CimInstance> {
    const found = await this.query(query);
    assert.equal(found.length, 1, query);
    return found[0] as CimInstance;
  }

  /** GetRelated(resultClass, associationClass) of the samples. */
  async related(path: ObjectPath, resultClass: string, associationClass: string | null = null): Promise<CimInstance[]> {
    const result = await this.broker.execute(this.context, {
      kind: 'associators',
      namespace: this.namespace,
      source: path,
      filter: { associationClass, resultClass, role: null, resultRole: null },
    });
    return Array.fromAsync(result.items);
  }

  async invoke(path: ObjectPath, method: string, args: CimValues = {}): Promise<MethodResult> {
    return this.broker.execute(this.context, { kind: 'invokeMethod', namespace: this.namespace, path, method, args });
  }

  /** A method of the management service. */
  async call(method: string, args: CimValues = {}): Promise<MethodResult> {
    return this.invoke(await this.service(), method, args);
  }

  async service(className: string = SERVICE_CLASS): Promise<ObjectPath> {
    const path = (await this.one(`SELECT * FROM ${className}`)).path();
    assert.ok(path);
    return path;
  }

  /** 0, or 4096 and a job that ends well: what the samples' ValidateOutput accepts. */
  async succeed(result: MethodResult): Promise<CimInstance | null> {
    if (result.returnValue === 0) return null;
    assert.equal(result.returnValue, 4096, String(result.extended?.get('Message')));
    const job = await this.finished(result);
    assert.equal(job.get('JobState'), 7, String(job.get('ErrorDescription')));
    return job;
  }

  /** The job of a result once it has ended; never seen in state 2 on the way (README rule 11). */
  async finished(result: MethodResult): Promise<CimInstance> {
    const path = result.out['Job'];
    assert.ok(path instanceof ObjectPath, 'a job');
    for (;;) {
      const job = await this.get(path);
      const state = job.get('JobState');
      if (state !== 3 && state !== 4) return job;
      await sleep(5);
    }
  }

  async define(values: Readonly<Record<string, TextValue>>): Promise<ObjectPath> {
    const result = await this.call('DefineSystem', {
      SystemSettings: settingText('Msvm_VirtualSystemSettingData', values),
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    return pathOf(result.out['ResultingSystem']);
  }

  async settings(system: ObjectPath): Promise<CimInstance> {
    const [found] = await this.related(system, 'Msvm_VirtualSystemSettingData', 'Msvm_SettingsDefineState');
    assert.ok(found);
    return found;
  }

  async resources(system: ObjectPath, className: string): Promise<CimInstance[]> {
    const path = (await this.settings(system)).path();
    assert.ok(path);
    return this.related(path, className, 'Msvm_VirtualSystemSettingDataComponent');
  }

  async resource(system: ObjectPath, className: string): Promise<CimInstance> {
    const found = await this.resources(system, className);
    assert.equal(found.length, 1, className);
    return found[0] as CimInstance;
  }

  /** AddResourceSettings with one element; the path of the new setting. */
  async add(target: ObjectPath, text: string): Promise<ObjectPath> {
    const result = await this.call('AddResourceSettings', { AffectedConfiguration: target, ResourceSettings: [text] });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    return pathsOf(result.out['ResultingResourceSettings'])[0] as ObjectPath;
  }

  /** An adapter on the switch. */
  async plugIn(system: ObjectPath, target: ObjectPath): Promise<ObjectPath> {
    const adapter = await this.add(
      system,
      settingText('Msvm_SyntheticEthernetPortSettingData', { ResourceType: 10, ResourceSubType: SUB_TYPE.ethernet }),
    );
    await this.add(
      system,
      settingText('Msvm_EthernetPortAllocationSettingData', {
        ResourceType: 33,
        ResourceSubType: SUB_TYPE.connection,
        Parent: this.text(adapter),
        HostResource: [this.text(target)],
      }),
    );
    return adapter;
  }

  async state(system: ObjectPath, requested: number): Promise<MethodResult> {
    return this.invoke(system, 'RequestStateChange', { RequestedState: requested });
  }

  async enabledState(system: ObjectPath): Promise<CimValue> {
    return (await this.get(system)).get('EnabledState');
  }
}

export const pathOf = (value: CimValue | undefined): ObjectPath => {
  assert.ok(value instanceof ObjectPath, 'a reference');
  return value;
};

export const pathsOf = (value: CimValue | undefined): readonly ObjectPath[] => {
  assert.ok(Array.isArray(value), 'an array of references');
  return (value as readonly CimValue[]).map(pathOf);
};

export const guidOf = (system: ObjectPath): string => String(system.key('Name'));

export const RASD = 'Msvm_ResourceAllocationSettingData';
export const SASD = 'Msvm_StorageAllocationSettingData';
export const SUB_TYPE = {
  scsi: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
  ide: 'Microsoft:Hyper-V:Emulated IDE Controller',
  diskDrive: 'Microsoft:Hyper-V:Synthetic Disk Drive',
  dvdDrive: 'Microsoft:Hyper-V:Synthetic DVD Drive',
  hardDisk: 'Microsoft:Hyper-V:Virtual Hard Disk',
  dvdDisk: 'Microsoft:Hyper-V:Virtual CD/DVD Disk',
  ethernet: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
  connection: 'Microsoft:Hyper-V:Ethernet Connection',
} as const;
