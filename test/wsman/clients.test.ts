import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import { attribute, child, type XmlElement } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { ObjectWriter } from '../../src/wsman/objects/object-writer.ts';
import { startEndpoint } from './kit/endpoint.ts';
import {
  at,
  ENUM,
  enumerateRequest,
  envelope,
  invokeRequest,
  pullRequest,
  textAt,
  WMI,
  wqlFilter,
} from './kit/envelopes.ts';
import { MemoryProvider } from './kit/providers.ts';
import { createWorld, GUIDS, JOB } from './kit/world.ts';

const CIMV2 = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2';
const { repository } = createWorld();
const writer = new ObjectWriter(repository, 'wmi', false, 'HV01');

/** Classes whose every scalar libvirt's deserializer wants to find (spec §13, traps). */
const LIBVIRT_CLASSES: Readonly<Record<string, readonly string[]>> = {
  'root/virtualization/v2': [
    'Msvm_ComputerSystem',
    'Msvm_ConcreteJob',
    'Msvm_DiskDrive',
    'Msvm_EthernetPortAllocationSettingData',
    'Msvm_EthernetSwitchPort',
    'Msvm_ExternalEthernetPort',
    'Msvm_Keyboard',
    'Msvm_MemorySettingData',
    'Msvm_ProcessorSettingData',
    'Msvm_ResourceAllocationSettingData',
    'Msvm_SecuritySettingData',
    'Msvm_SerialPortSettingData',
    'Msvm_StorageAllocationSettingData',
    'Msvm_SyntheticEthernetPortSettingData',
    'Msvm_VideoHead',
    'Msvm_VirtualEthernetSwitch',
    'Msvm_VirtualSystemManagementService',
    'Msvm_VirtualSystemSettingData',
  ],
  'root/cimv2': [
    'Win32_ComputerSystem',
    'Win32_ComputerSystemProduct',
    'Win32_OperatingSystem',
    'Win32_Processor',
    'CIM_DataFile',
    'Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor',
  ],
};

describe('clients', () => {
  for (const [namespace, names] of Object.entries(LIBVIRT_CLASSES)) {
    for (const name of names) {
      test(`W-114 every scalar of ${namespace} ${name} is an element, NULL or not`, () => {
        const cimClass = repository.namespace(namespace)?.class(name);
        assert.ok(cimClass !== undefined, `${name} is in the schema`);
        const element = parseXml(writer.object(new CimInstance(cimClass, {})));
        assert.equal(element.ns, `http://schemas.microsoft.com/wbem/wsman/1/wmi/${namespace}/${cimClass.name}`);
        const scalars = cimClass.properties.filter((p) => !p.array);
        assert.ok(scalars.length > 0);
        for (const property of scalars) {
          const found = element.children.filter((c) => c.local === property.name && c.ns === element.ns);
          assert.equal(found.length, 1, property.name);
          assert.equal(attribute(found[0]!, 'nil', 'http://www.w3.org/2001/XMLSchema-instance'), 'true');
        }
      });
    }
  }

  test('W-115 booleans are never anything but true and false', () => {
    for (const schema of repository.namespaces) {
      for (const name of schema.classNames()) {
        const cimClass = schema.class(name)!;
        const booleans = cimClass.properties.filter((p) => p.type === 'boolean' && !p.array);
        if (booleans.length === 0) continue;
        const values = Object.fromEntries(booleans.map((p, i) => [p.name, i % 2 === 0]));
        const element = parseXml(writer.object(new CimInstance(cimClass, values)));
        for (const p of booleans) assert.match(child(element, p.name)!.text, /^(?:true|false)$/);
      }
    }
  });

  test('W-118 the XPath of libvirt resolves with the prefixes of the Envelope and of the first child of Body', async () => {
    await using endpoint = await startEndpoint();
    const reply = await endpoint.soap(
      invokeRequest('Msvm_ComputerSystem', 'RequestStateChange', '<q:RequestedState>2</q:RequestedState>', {
        CreationClassName: 'Msvm_ComputerSystem',
        Name: GUIDS[0],
      }),
    );
    const path =
      "/s:Envelope/s:Body/p:RequestStateChange_OUTPUT/p:Job/a:ReferenceParameters/w:SelectorSet/w:Selector[@Name='InstanceID']";
    assert.equal(evaluate(reply.text, path)?.text, JOB);
    assert.equal(evaluate(reply.text, '/s:Envelope/s:Body/p:RequestStateChange_OUTPUT/p:ReturnValue')?.text, '4096');
    const image = await endpoint.soap(
      invokeRequest('Msvm_VirtualSystemManagementService', 'GetVirtualSystemThumbnailImage', ''),
    );
    assert.equal(
      evaluate(image.text, '/s:Envelope/s:Body/p:GetVirtualSystemThumbnailImage_OUTPUT/p:ImageData')?.text,
      'AQL6/w==',
    );
    const define = await endpoint.soap(invokeRequest('Msvm_VirtualSystemManagementService', 'DefineSystem', ''));
    const result =
      "/s:Envelope/s:Body/p:DefineSystem_OUTPUT/p:ResultingSystem/a:ReferenceParameters/w:SelectorSet/w:Selector[@Name='Name']";
    assert.equal(evaluate(define.text, result)?.text, GUIDS[1]);
    const fault = await endpoint.soap(pullRequest(`${WMI}/*`, 'uuid:none'));
    for (const part of ['s:Code/s:Value', 's:Code/s:Subcode/s:Value', 's:Reason/s:Text', 's:Detail']) {
      assert.ok(evaluate(fault.text, `/s:Envelope/s:Body/s:Fault/${part}`) !== undefined, part);
    }
  });

  test('W-119 the connect sequence of libvirt: host, operating system, processors, guests, one item per Pull', async () => {
    const world = createWorld();
    const add = (name: string, ...values: readonly Record<string, string | number | bigint>[]): void => {
      const provider = new MemoryProvider(world.repository, 'root\\cimv2', name);
      for (const v of values) provider.add(v);
      world.broker.register(provider);
    };
    add('Win32_ComputerSystem', { Name: 'HV01', DNSHostName: 'hv01', TotalPhysicalMemory: 68_719_476_736n });
    add('Win32_OperatingSystem', { Version: '10.0.20348', Caption: 'vsms' });
    add(
      'Win32_Processor',
      { DeviceID: 'CPU0', NumberOfCores: 4, NumberOfLogicalProcessors: 8, MaxClockSpeed: 3000, Name: 'x' },
      { DeviceID: 'CPU1' },
    );
    add('Win32_ComputerSystemProduct', {
      UUID: '11111111-2222-3333-4444-555555555555',
      IdentifyingNumber: '1',
      Name: 'x',
      Version: '1',
    });
    await using endpoint = await startEndpoint({}, world);
    /** What hypervEnumAndPull does: one item of each Pull, until an item is missing or the context is. */
    const enumAndPull = async (root: string, className: string, query: string): Promise<XmlElement[]> => {
      const opened = await endpoint.soap(
        envelope({
          action: `${ENUM}/Enumerate`,
          uri: `${root}/*`,
          body: `<n:Enumerate>${wqlFilter(query)}</n:Enumerate>`,
        }),
      );
      assert.equal(opened.status, 200, opened.text);
      const list: XmlElement[] = [];
      let context = textAt(opened.body, 'EnumerationContext');
      while (context !== undefined && context !== '') {
        const pulled = await endpoint.soap(pullRequest(`${root}/${className}`, context));
        assert.equal(pulled.status, 200, pulled.text);
        const item = at(pulled.body, 'Items')?.children.find(
          (c) => c.local === className && c.ns === `${root}/${className}`,
        );
        if (item === undefined) break;
        list.push(item);
        context = textAt(pulled.body, 'EnumerationContext');
      }
      return list;
    };
    const [host] = await enumAndPull(CIMV2, 'Win32_ComputerSystem', 'SELECT * FROM Win32_ComputerSystem');
    assert.equal(textAt(host, 'DNSHostName'), 'hv01');
    assert.equal(textAt(host, 'TotalPhysicalMemory'), '68719476736');
    const [system] = await enumAndPull(CIMV2, 'Win32_OperatingSystem', 'Select * from Win32_OperatingSystem');
    assert.equal(textAt(system, 'Version'), '10.0.20348');
    const [product] = await enumAndPull(
      CIMV2,
      'Win32_ComputerSystemProduct',
      'Select * from Win32_ComputerSystemProduct',
    );
    assert.match(textAt(product, 'UUID') ?? '', /^[0-9-]{36}$/);
    assert.equal((await enumAndPull(CIMV2, 'Win32_Processor', 'Select * from Win32_Processor')).length, 2);
    const guests = await enumAndPull(
      WMI,
      'Msvm_ComputerSystem',
      'Select * from Msvm_ComputerSystem where Description = "Microsoft Virtual Machine"',
    );
    assert.deepEqual(
      guests.map((g) => textAt(g, 'Name')),
      [...GUIDS],
    );
    const one = await enumAndPull(
      WMI,
      'Msvm_ComputerSystem',
      `Select * from Msvm_ComputerSystem where Description = "Microsoft Virtual Machine" and Name = "${GUIDS[2].toLowerCase()}"`,
    );
    assert.equal(one.length, 1);
    const settings = await enumAndPull(
      WMI,
      'Msvm_VirtualSystemSettingData',
      `associators of {Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${GUIDS[0]}"} where AssocClass = Msvm_SettingsDefineState ResultClass = Msvm_VirtualSystemSettingData`,
    );
    assert.deepEqual(
      settings.map((s) => textAt(s, 'InstanceID')),
      [`Microsoft:${GUIDS[0]}`],
    );
  });

  test('W-119 the existence check of a namespace: an unknown one is a fault that libvirt can read', async () => {
    await using endpoint = await startEndpoint();
    const reply = await endpoint.soap(
      enumerateRequest('http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v3/*', {
        query: 'SELECT * FROM X',
      }),
    );
    assert.equal(reply.status, 500);
    assert.equal(textAt(reply.body, 'Code', 'Subcode', 'Value'), 'a:DestinationUnreachable');
  });
});

/** An absolute path of steps with prefixes, resolved by what Envelope and first child of Body declare, as openwsman does. */
function evaluate(text: string, path: string): XmlElement | undefined {
  const declared = new Map<string, string>();
  const openings = [/<s:Envelope[^>]*>/.exec(text)?.[0] ?? '', /<s:Body>(<[^>]*>)/.exec(text)?.[1] ?? ''];
  for (const opening of openings)
    for (const [, prefix, uri] of opening.matchAll(/ xmlns:(\w+)="([^"]*)"/g)) declared.set(prefix!, uri!);
  const root = parseXml(text);
  let here: XmlElement | undefined = { ns: '', local: '', prefix: '', attributes: [], children: [root], text: '' };
  for (const step of path.split('/').filter((s) => s !== '')) {
    const match = /^(\w+):(\w+)(?:\[@(\w+)='([^']*)'\])?$/.exec(step);
    assert.ok(match !== null, step);
    const [, prefix, local, name, value] = match;
    const ns = declared.get(prefix!);
    here = here?.children.find(
      (c) => c.ns === ns && c.local === local && (name === undefined || attribute(c, name) === value),
    );
  }
  return here;
}
