import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { toIso } from '../../src/cim/datetime/iso.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import type { CimClass, CimProperty } from '../../src/cim/schema.ts';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import {
  isReference,
  type Reference,
  type WireObject,
  type WireScalar,
  type WireValue,
} from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { VirtualSwitches } from '../../src/client/switches.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { attribute, children, type XmlElement } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { basic, post } from '../cimxml/kit/endpoint.ts';
import { className, intrinsic, value } from '../cimxml/kit/messages.ts';
import { type CimReply, readReply } from '../cimxml/kit/reply.ts';
import { Service } from '../kit/service.ts';

/** Time goes on between two reads; so does what is measured of the host. */
const MOVING: ReadonlySet<string> = new Set([
  'OnTimeInMilliseconds',
  'ElapsedTime',
  'UpTime',
  'ProcessorLoad',
  'ProcessorLoadHistory',
  'FreePhysicalMemory',
  'FreeVirtualMemory',
  'LocalDateTime',
  'LastBootUpTime',
  'MemoryAvailable',
  'AvailableMemoryBuffer',
]);

/** What is counted of running machines, and when. */
const COUNTED = /^Timestamp_|^Percent\w*RunTime(_Base)?$/;

/** Of what moves, that it is there. */
const settled = (name: string, read: Common): Common =>
  read !== null && (MOVING.has(name) || COUNTED.test(name)) ? 'moves' : read;

type Common =
  | string
  | null
  | readonly Common[]
  | { readonly class: string; readonly values: Readonly<Record<string, Common>> };

/** A path as text that both protocols agree on. */
const pathText = (name: string, keys: readonly (readonly [string, string])[]): string =>
  `${name}.${keys
    .map(([key, text]) => `${key.toLowerCase()}=${text.toLowerCase()}`)
    .toSorted()
    .join(',')}`;

/** How many classes have instances to compare, and some that must: what a machine with all its devices, that runs, brings along. */
const COMPARED: Readonly<Record<string, { readonly least: number; readonly among: readonly string[] }>> = {
  'root\\virtualization\\v2': {
    least: 140,
    among: [
      ...[
        'Msvm_DiskDrive',
        'Msvm_DVDDrive',
        'Msvm_LogicalDisk',
        'Msvm_MediaPresent',
        'Msvm_StorageAllocationSettingData',
      ],
      ...['Msvm_VirtualEthernetSwitch', 'Msvm_EthernetSwitchPort', 'Msvm_LANEndpoint', 'Msvm_ActiveConnection'],
      ...['Msvm_SyntheticEthernetPort', 'Msvm_EthernetPortAllocationSettingData', 'Msvm_InternalEthernetPort'],
      ...['Msvm_SnapshotOfVirtualSystem', 'Msvm_MostCurrentSnapshotInBranch', 'Msvm_ParentChildSettingData'],
      ...['Msvm_Memory', 'Msvm_Processor', 'Msvm_SerialPort', 'Msvm_SecurityElement', 'Msvm_BootSourceSettingData'],
      ...['Msvm_ConcreteJob', 'Msvm_StorageJob', 'Msvm_ElementAllocatedFromPool', 'Msvm_ResourceAllocationFromPool'],
    ],
  },
  'root\\virtualization': {
    least: 75,
    among: [
      ...['Msvm_DiskDrive', 'Msvm_DVDDrive', 'Msvm_LogicalDisk', 'Msvm_MediaPresent', 'Msvm_PreviousSettingData'],
      ...['Msvm_VirtualSwitch', 'Msvm_SwitchPort', 'Msvm_SwitchLANEndpoint', 'Msvm_SyntheticEthernetPort'],
      ...['Msvm_Memory', 'Msvm_Processor', 'Msvm_SerialPort', 'Msvm_ConcreteJob'],
    ],
  },
  'root\\HyperVCluster\\v2': {
    least: 22,
    among: ['Msvm_ComputerSystem', 'Msvm_SnapshotOfVirtualSystem', 'Msvm_MostCurrentSnapshotInBranch'],
  },
  'root\\cimv2': {
    least: 6,
    among: ['Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor', 'CIM_DataFile'],
  },
  'root\\interop': { least: 6, among: ['Msvm_RegisteredProfile', 'CIM_Namespace'] },
};

/** A machine of each generation with a disk, a CD, an adapter at a switch, a serial port and a checkpoint: one runs, one is saved. */
const fill = async (service: Service): Promise<void> => {
  const client = service.client();
  const machines = new VirtualMachines(client);
  await new VirtualSwitches(client).create({ name: 'lan', notes: 'of the test', adapter: null, host: true });
  for (const generation of [1, 2] as const) {
    const disk = join(service.dataDirectory, `of${generation}.vhdx`);
    const iso = join(service.dataDirectory, `of${generation}.iso`);
    await client.run({ className: 'Msvm_ImageManagementService' }, 'CreateVirtualHardDisk', {
      VirtualDiskSettingData: settingsText('Msvm_VirtualHardDiskSettingData', {
        Path: disk,
        Type: 3,
        Format: 3,
        MaxInternalSize: 64 << 20,
      }),
    });
    await writeFile(iso, Buffer.alloc(1 << 20));
    const id = await machines.create({
      name: `whole ${generation}`,
      generation,
      memoryMb: 128,
      processors: 2,
      disks: [disk],
      isos: [iso],
      switch: 'lan',
      serial: `\\\\.\\pipe\\whole${generation}`,
      secureBoot: generation === 2,
      notes: 'has all',
    });
    await new Checkpoints(client).create(id, { type: 'disk' }, {});
    await machines.request(id, 2);
    if (generation === 2) await machines.request(id, 6);
  }
};

describe('CIM-XML and WS-Management tell the same (X-042)', () => {
  const repository = loadRepository();
  let service: Service;
  const agent = new Agent({ keepAlive: true });
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    const client = service.client();
    const target = { className: 'Msvm_VirtualSystemManagementService' };
    for (const [name, generation] of [
      ['one', 1],
      ['two <&> \u{1F680}', 2],
    ] as const) {
      const text = `instance of Msvm_VirtualSystemSettingData { ElementName = "${name}"; Notes = {"a", "b"}; VirtualSystemSubType = "Microsoft:Hyper-V:SubType:${generation}"; };`;
      await client.run(target, 'DefineSystem', { SystemSettings: text });
    }
    await fill(service);
  });
  after(async () => {
    agent.destroy();
    await service[Symbol.asyncDispose]();
  });

  const cimxml = async (body: string): Promise<CimReply> => {
    const port = Number(new URL(service.endpoints.cimxml).port);
    return readReply(await post(port, agent, body, { headers: { authorization: basic('admin', service.password) } }));
  };

  /** WS-Management: EPRs, ISO datetimes, no elements for NULL arrays. */
  const ofWsman = (property: CimProperty, given: WireValue | undefined): Common => {
    if (property.array) {
      if (given === undefined) return null;
      return (Array.isArray(given) ? given : [given]).map((item: WireScalar) => wsmanScalar(property, item));
    }
    return wsmanScalar(property, (given ?? null) as WireScalar);
  };
  const wsmanScalar = (property: CimProperty, item: WireScalar): Common => {
    if (item === null) return null;
    if (isReference(item)) return referenceText(item);
    if (typeof item === 'object') return wsmanObject(item, property);
    return property.type === 'boolean' ? item.toUpperCase() : item;
  };
  const referenceText = ({ resourceUri, selectors }: Reference): string =>
    pathText(
      resourceUri.slice(resourceUri.lastIndexOf('/') + 1),
      Object.entries(selectors).filter(([name]) => name !== '__cimnamespace'),
    );
  const wsmanObject = (object: WireObject, at: CimProperty): Common => {
    const cimClass = repository.namespaces.map((n) => n.class(object.className)).find((c) => c !== undefined);
    return wsmanInstance(cimClass ?? assert.fail(`${at.name}: ${object.className}`), object);
  };
  const wsmanInstance = (cimClass: CimClass, { properties }: WireObject): Common => ({
    class: cimClass.name,
    values: Object.fromEntries(
      cimClass.properties.map((p) => [p.name, settled(p.name, ofWsman(p, properties[p.name]))]),
    ),
  });

  const keyText = (key: XmlElement): string => {
    const reference = children(key, 'VALUE.REFERENCE')[0];
    return reference === undefined ? (key.children[0]?.text ?? '') : cimPath(reference.children[0]!);
  };
  const cimPath = (path: XmlElement): string => {
    const name = path.local === 'INSTANCENAME' ? path : children(path, 'INSTANCENAME')[0]!;
    return pathText(
      attribute(name, 'CLASSNAME') ?? '',
      children(name, 'KEYBINDING').map((key) => [attribute(key, 'NAME') ?? '', keyText(key)] as const),
    );
  };
  const cimScalar = (property: CimProperty, element: XmlElement): Common => {
    if (element.local === 'VALUE.NULL') return null;
    if (element.local === 'VALUE.REFERENCE') return cimPath(element.children[0]!);
    if (property.type === 'object') {
      const inner = parseXml(element.text);
      const cimClass = repository.namespaces.map((n) => n.class(attribute(inner, 'CLASSNAME') ?? '')).find((c) => c);
      return cimInstance(cimClass ?? assert.fail(inner.local), inner);
    }
    return property.type === 'datetime' ? toIso(element.text).text : element.text;
  };
  const cimInstance = (cimClass: CimClass, instance: XmlElement): Common => ({
    class: cimClass.name,
    values: Object.fromEntries(
      instance.children.map((element) => {
        const property = cimClass.property(attribute(element, 'NAME') ?? '') ?? assert.fail(cimClass.name);
        const [held] = element.children;
        const array = (): Common => {
          const items = held!.children.map((item) => cimScalar(property, item));
          // WS-Management sends neither empty arrays nor NULLs in arrays (wire-wsman §6).
          return items.length === 0 ? null : items.filter((item) => item !== null);
        };
        const read = held === undefined ? null : property.array ? array() : cimScalar(property, held);
        return [property.name, settled(property.name, read)] as const;
      }),
    ),
  });

  for (const namespace of repository.namespaces) {
    test(namespace.name, async () => {
      const client = service.client(namespace.name);
      let compared = 0;
      const classes = new Set<string>();
      for (const name of namespace.classNames()) {
        const cimClass = namespace.class(name)!;
        if (cimClass.system) continue;
        const reply = await cimxml(
          intrinsic('EnumerateInstances', namespace.name, { ClassName: className(name), DeepInheritance: value(true) }),
        );
        assert.equal(reply.status, 0, `${name}: ${reply.description}`);
        const own = reply.items.filter((item) => attribute(item.children[1]!, 'CLASSNAME') === name);
        const rows = (await Array.fromAsync(client.query(`SELECT * FROM ${name}`))).filter(
          (row) => row.className === name,
        );
        assert.equal(own.length, rows.length, name);
        const text = (common: Common): string => JSON.stringify(common);
        const theirs = rows.map((row) => wsmanInstance(cimClass, row)).toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
        const ours = own
          .map((item) => cimInstance(cimClass, item.children[1]!))
          .map((instance) => sortedLike(cimClass, instance))
          .toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
        assert.deepEqual(ours, theirs, name);
        compared += ours.length;
        if (ours.length > 0) classes.add(name);
      }
      assert.ok(compared > 3, `${compared} instances`);
      const { least, among } = COMPARED[namespace.name] ?? assert.fail(namespace.name);
      assert.ok(classes.size >= least, `${classes.size} classes: ${[...classes].join()}`);
      assert.deepEqual(
        among.filter((name) => !classes.has(name)),
        [],
        'none of these',
      );
      console.log(`${namespace.name}: ${compared} instances of ${classes.size} classes`);
    });
  }

  const sortedLike = (cimClass: CimClass, instance: Common): Common => {
    const { values } = instance as { values: Readonly<Record<string, Common>> };
    return {
      class: cimClass.name,
      values: Object.fromEntries(cimClass.properties.map((p) => [p.name, values[p.name] ?? null])),
    };
  };
});
