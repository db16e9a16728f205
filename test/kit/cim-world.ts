import { createBroker, type Broker, type BrokerOptions } from '../../src/cim/broker/broker.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import { fold } from '../../src/cim/names.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { OperationContext } from '../../src/cim/operations.ts';
import { pathKey, samePath } from '../../src/cim/path/compare-paths.ts';
import type { AssociationProvider, InstanceProvider } from '../../src/cim/provider.ts';
import type { CimClass, SchemaNamespace } from '../../src/cim/schema.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { type ClassSpec, repositoryOf, schemaOf } from './schema-builder.ts';

/** A small world of systems, settings and their associations, shaped like the real one. */
export const WORLD: readonly ClassSpec[] = [
  { name: '__SystemClass', abstract: true },
  { name: '__IndicationRelated', base: '__SystemClass', abstract: true },
  {
    name: '__Event',
    base: '__IndicationRelated',
    abstract: true,
    indication: true,
    properties: { SECURITY_DESCRIPTOR: 'uint8[]', TIME_CREATED: 'uint64' },
  },
  { name: '__ExtrinsicEvent', base: '__Event', abstract: true },
  { name: '__InstanceOperationEvent', base: '__Event', properties: { TargetInstance: 'object:__SystemClass' } },
  { name: '__InstanceCreationEvent', base: '__InstanceOperationEvent' },
  {
    name: '__InstanceModificationEvent',
    base: '__InstanceOperationEvent',
    properties: { PreviousInstance: 'object:__SystemClass' },
  },
  { name: '__InstanceDeletionEvent', base: '__InstanceOperationEvent' },
  { name: '__ClassOperationEvent', base: '__Event', properties: { TargetClass: 'object:__SystemClass' } },
  {
    name: '__AggregateEvent',
    base: '__IndicationRelated',
    properties: { NumberOfEvents: 'uint32', Representative: 'object:__SystemClass' },
  },
  { name: 'CIM_Indication', base: '__ExtrinsicEvent', abstract: true, properties: { IndicationTime: 'datetime' } },
  {
    name: 'CIM_InstIndication',
    base: 'CIM_Indication',
    abstract: true,
    properties: { SourceInstance: 'object:CIM_ManagedElement' },
  },
  { name: 'CIM_InstCreation', base: 'CIM_InstIndication' },
  { name: 'CIM_InstDeletion', base: 'CIM_InstIndication' },
  {
    name: 'CIM_InstModification',
    base: 'CIM_InstIndication',
    properties: { PreviousInstance: 'object:CIM_ManagedElement' },
  },
  {
    name: 'Test_Alert',
    base: 'CIM_Indication',
    properties: { Severity: 'uint16', Message: 'string', Source: 'object:CIM_ManagedElement' },
  },
  {
    name: 'CIM_ManagedElement',
    abstract: true,
    properties: { Caption: 'string', Description: 'string', ElementName: 'write string' },
  },
  {
    name: 'CIM_System',
    base: 'CIM_ManagedElement',
    abstract: true,
    properties: {
      CreationClassName: 'key string',
      Name: 'key string',
      EnabledState: 'uint16',
      InstallDate: 'datetime',
    },
    methods: {
      RequestStateChange: {
        parameters: { RequestedState: 'in uint16', Job: 'out ref:Test_Job', TimeoutPeriod: 'in datetime' },
      },
    },
  },
  {
    name: 'Test_System',
    base: 'CIM_System',
    properties: {
      OnTime: 'uint64',
      Signed: 'sint64',
      Small: 'uint8',
      Load: 'real32',
      Running: 'boolean',
      Letter: 'char16',
      UpTime: 'datetime',
      Tags: 'string[]',
      Current: 'object:CIM_SettingData',
    },
    methods: {
      InjectInterrupt: {},
      Attach: { parameters: { Target: 'in ref:CIM_SettingData', Names: 'in string[]', Result: 'out string' } },
    },
  },
  { name: 'Test_PlannedSystem', base: 'CIM_System' },
  {
    name: 'CIM_SettingData',
    base: 'CIM_ManagedElement',
    abstract: true,
    properties: { InstanceID: 'key string', ResourceType: 'uint16' },
  },
  {
    name: 'Test_SystemSetting',
    base: 'CIM_SettingData',
    properties: { SystemType: 'string', Notes: 'string[]', BootSourceOrder: 'string[]', Version: 'string' },
  },
  {
    name: 'Test_DeviceSetting',
    base: 'CIM_SettingData',
    properties: {
      ResourceSubType: 'string',
      Parent: 'string',
      HostResource: 'string[]',
      Address: 'string',
      Limit: 'uint64',
      Weight: 'uint32',
      StaticMacAddress: 'boolean',
      Octets: 'uint8[]',
      Ratio: 'real64',
      Changed: 'datetime',
      Owner: 'ref:CIM_System',
      Detail: 'object:Test_Detail',
      Details: 'object:Test_Detail[]',
    },
  },
  { name: 'Test_DiskSetting', base: 'Test_DeviceSetting', properties: { CachingMode: 'uint16' } },
  { name: 'Test_Detail', properties: { Kind: 'string', Size: 'uint64' } },
  { name: 'Test_Job', properties: { InstanceID: 'key string', JobState: 'uint16' } },
  {
    name: 'Test_Service',
    base: 'CIM_System',
    methods: { Define: { parameters: { Text: 'in string', Job: 'out ref:Test_Job' } }, Format: { static: true } },
  },
  { name: 'Test_Host', singleton: true, properties: { Model: 'string' } },
  {
    name: 'CIM_Component',
    abstract: true,
    association: true,
    properties: { GroupComponent: 'key ref:CIM_ManagedElement', PartComponent: 'key ref:CIM_ManagedElement' },
  },
  {
    name: 'Test_SettingComponent',
    base: 'CIM_Component',
    properties: { GroupComponent: 'key ref:Test_SystemSetting', PartComponent: 'key ref:CIM_SettingData' },
  },
  {
    name: 'Test_SettingsDefineState',
    association: true,
    properties: { ManagedElement: 'key ref:CIM_ManagedElement', SettingData: 'key ref:CIM_SettingData' },
  },
  {
    name: 'Test_ParentChild',
    association: true,
    properties: { Antecedent: 'key ref:Test_SystemSetting', Dependent: 'key ref:Test_SystemSetting' },
  },
];

export const NAMESPACE = 'root\\test\\v2';

export const contextOf = (role: 'administrator' | 'viewer' = 'administrator'): OperationContext => ({
  caller: { name: 'HOST1\\tester', role, address: 'local' },
  requestId: 'test',
  protocol: 'internal',
  signal: new AbortController().signal,
});

/** Instances by key in a map; counts how often everything was visited. */
export class MapProvider implements InstanceProvider {
  readonly namespace = NAMESPACE;
  readonly className: string;
  readonly items = new Map<string, CimInstance>();
  readonly indexed: readonly string[];
  enumerations = 0;
  lookups: string[] = [];
  constructor(className: string, indexed: readonly string[] = []) {
    this.className = className;
    this.indexed = indexed;
  }

  add(instance: CimInstance): this {
    this.items.set(pathKey(instance.path() as ObjectPath), instance);
    return this;
  }

  *enumerate(): Generator<CimInstance> {
    this.enumerations++;
    yield* this.items.values();
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    return this.items.get(pathKey(path));
  }

  candidates(
    _context: OperationContext,
    property: string,
    match: 'equal' | 'prefix' | 'suffix',
    value: string,
  ): Iterable<CimInstance> | undefined {
    if (!this.indexed.includes(property)) return undefined;
    this.lookups.push(`${property} ${match} ${value}`);
    return [...this.items.values()].filter((i) => {
      const text = fold(String(i.get(property)));
      if (match === 'equal') return text === value;
      return match === 'prefix' ? text.startsWith(value) : text.endsWith(value);
    });
  }
}

/** Association instances of two reference properties. */
export class LinkProvider extends MapProvider implements AssociationProvider {
  asked = 0;
  *referencing(_context: OperationContext, source: ObjectPath, _class: CimClass, role: string): Generator<CimInstance> {
    this.asked++;
    for (const link of this.items.values()) if (samePath(link.get(role) as ObjectPath, source)) yield link;
  }
}

export class CimWorld {
  readonly schema: SchemaNamespace;
  readonly broker: Broker;
  readonly systems = new MapProvider('Test_System');
  readonly planned = new MapProvider('Test_PlannedSystem');
  readonly settings = new MapProvider('Test_SystemSetting', ['InstanceID']);
  readonly devices = new MapProvider('Test_DeviceSetting', ['InstanceID']);
  readonly disks = new MapProvider('Test_DiskSetting', ['InstanceID']);
  readonly services = new MapProvider('Test_Service');
  readonly hosts = new MapProvider('Test_Host');
  readonly define = new LinkProvider('Test_SettingsDefineState');
  readonly component = new LinkProvider('Test_SettingComponent');
  readonly parents = new LinkProvider('Test_ParentChild');

  constructor(options: Partial<BrokerOptions> = {}) {
    this.schema = schemaOf(NAMESPACE, WORLD);
    const other = schemaOf('root\\cimv2', [{ name: 'Win32_Thing', properties: { Name: 'key string' } }]);
    this.broker = createBroker({
      repository: repositoryOf(this.schema, other),
      hostName: 'HOST1',
      pathProperties: ['Parent', 'HostResource', 'Connection', 'BootSourceOrder'],
      ...options,
    });
    this.broker.register(
      this.systems,
      this.planned,
      this.settings,
      this.devices,
      this.disks,
      this.services,
      this.hosts,
    );
    this.broker.register(this.define, this.component, this.parents);
  }

  make(className: string, values: CimValues): CimInstance {
    const cimClass = this.schema.class(className);
    if (cimClass === undefined) throw new Error(`No class ${className}`);
    return new CimInstance(cimClass, values);
  }

  system(name: string, values: CimValues = {}): CimInstance {
    const instance = this.make('Test_System', {
      CreationClassName: 'Test_System',
      Name: name,
      ElementName: `VM ${name}`,
      ...values,
    });
    this.systems.add(instance);
    return instance;
  }

  setting(id: string, values: CimValues = {}): CimInstance {
    const instance = this.make('Test_SystemSetting', { InstanceID: id, ...values });
    this.settings.add(instance);
    return instance;
  }

  device(id: string, values: CimValues = {}): CimInstance {
    const instance = this.make('Test_DeviceSetting', { InstanceID: id, ...values });
    this.devices.add(instance);
    return instance;
  }

  disk(id: string, values: CimValues = {}): CimInstance {
    const instance = this.make('Test_DiskSetting', { InstanceID: id, ...values });
    this.disks.add(instance);
    return instance;
  }

  link(provider: LinkProvider, from: CimInstance, to: CimInstance): CimInstance {
    const cimClass = this.schema.class(provider.className) as CimClass;
    const [a, b] = cimClass.keys;
    const instance = new CimInstance(cimClass, { [a?.name ?? '']: from.path(), [b?.name ?? '']: to.path() });
    provider.add(instance);
    return instance;
  }
}
