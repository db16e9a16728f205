import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadRepository } from '../../src/cim/repository/load.ts';
import type { CimMethod, CimParameter } from '../../src/cim/schema.ts';
import { Connection } from '../../src/client/connection.ts';
import { referenceContents } from '../../src/client/envelope.ts';
import { numberOf, textOf, type Reference } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { NS, resourceUri } from '../../src/client/uris.ts';
import { escapeXml } from '../../src/xml/escape.ts';
import { Bench, SERVICE } from '../crash/crash-case.ts';
import { assertSaysWhy } from '../kit/refusal-text.ts';
import { Service } from '../kit/service.ts';
import { difference, dump } from '../kit/wire-dump.ts';

const V2 = 'root\\virtualization\\v2';
const NOBODY = '00000000-0000-4000-8000-00000000DEAD';
const HUGE = 'x'.repeat(10_000_000);

/** What standard codes a refusal has: of virtual systems, and of jobs (jobs-and-errors §1, §6). */
const REFUSALS: ReadonlySet<number> = new Set([
  1, 2, 3, 4, 5, 6, 4097, 4098, 4099, 32768, 32769, 32770, 32771, 32772, 32773, 32774, 32775, 32776, 32777, 32778,
  32779,
]);

type Fragment = readonly [label: string, xml: string];

const element = (name: string, content: string): string => `<p:${name}>${content}</p:${name}>`;

const TEXTS: readonly Fragment[] = [
  ['words', 'not a thing'],
  ['quotes and commas', escapeXml('a\'b"c,d;e`$(reboot)`|&<>')],
  ['line breaks', 'a&#13;&#10;b&#9;c'],
  ['a control character', 'a&#7;b'],
  ['C1 and right-to-left', 'a\u009bb\u202ec'],
  ['a path outside', '/etc/shadow'],
  ['a path upwards', '../../../../etc/shadow'],
  ['a path of Windows', escapeXml('\\\\?\\C:\\Windows\\..\\..\\x')],
  ['a share', escapeXml('\\\\attacker\\share\\x')],
  ['a device', '/dev/zero'],
  ['an instance of no class', escapeXml('<INSTANCE CLASSNAME="Msvm_NoSuchClass"/>')],
  ['half an instance', escapeXml('<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">')],
  ['an instance of another class', escapeXml(settingsText('Msvm_MetricService', { Name: 'x' }))],
  [
    'an unknown object in an instance',
    escapeXml(settingsText('Msvm_MemorySettingData', { InstanceID: `Microsoft:${NOBODY}\\x` })),
  ],
];

const NUMBERS: readonly Fragment[] = [
  ['a negative number', '-1'],
  ['a fraction', '1.5'],
  ['too large a number', '99999999999999999999999'],
  ['no number', 'NaN'],
  ['a long number', '9'.repeat(100_000)],
];

const references = (system: Reference): readonly Fragment[] => {
  const to = (namespace: string, className: string, selectors: Readonly<Record<string, string>>): string =>
    referenceContents({ resourceUri: resourceUri(namespace, className), selectors });
  const keys = system.selectors;
  return [
    ['an unknown system', to(V2, 'Msvm_ComputerSystem', { ...keys, Name: NOBODY })],
    ['another namespace', to('root\\cimv2', 'Msvm_ComputerSystem', keys)],
    ['the old namespace', to('root\\virtualization', 'Msvm_ComputerSystem', keys)],
    ['no such namespace', to('root\\nowhere', 'Msvm_ComputerSystem', keys)],
    ['no such class', to(V2, 'Msvm_NoSuchClass', keys)],
    ['no selectors', to(V2, 'Msvm_ComputerSystem', {})],
    ['foreign selectors', to(V2, 'Msvm_ComputerSystem', { Colour: 'red' })],
    ['an object of another kind', to(V2, 'Msvm_VirtualSystemManagementService', {})],
    ['an empty reference', '<a:ReferenceParameters/>'],
    [
      'a path of nobody',
      escapeXml(`\\\\.\\${V2}:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${NOBODY}"`),
    ],
    ['half a path', escapeXml(`\\\\.\\${V2}:Msvm_ComputerSystem.Name="`)],
  ];
};

/** Everything that can stand in the place of one parameter and should not. */
const badValues = (parameter: CimParameter, system: Reference): readonly Fragment[] => {
  const { name, type } = parameter;
  const one = ([label, content]: Fragment): Fragment => [label, element(name, content)];
  const kinds =
    type === 'reference' ? [...references(system), ...TEXTS] : type === 'string' ? TEXTS : [...NUMBERS, ...TEXTS];
  return [
    ['missing', ''],
    ['nil', `<p:${name} xmlns:xsi="${NS.xsi}" xsi:nil="true"/>`],
    ['empty', `<p:${name}/>`],
    ['twice', element(name, 'a').repeat(2)],
    ['a thousand times', element(name, 'a').repeat(1000)],
    ['with elements', element(name, '<q xmlns="u:x">1<r/></q>')],
    ...kinds.map(one),
    ...(type === 'string' || type === 'reference' ? [one(['10 MB', HUGE])] : []),
  ];
};

/** What the other parameters say, so that the bad one is what is looked at. */
const goodValues = (system: Reference, settings: Reference): Readonly<Record<string, string>> => ({
  SystemSettings: escapeXml(
    settingsText('Msvm_VirtualSystemSettingData', { InstanceID: String(settings.selectors['InstanceID']) }),
  ),
  AffectedConfiguration: referenceContents(settings),
  TargetSystem: referenceContents(system),
  ComputerSystem: referenceContents(system),
  WidthPixels: '8',
  HeightPixels: '8',
});

const SUMMARIES: ReadonlySet<string> = new Set(['GetSummaryInformation', 'GetDefinitionFileSummaryInformation']);

/** Reads answer whatever they are asked; a reference configuration, a version and a text to type are free. */
const TAKES_MUCH =
  /^(GetSummaryInformation|FormatError|GetSizeOfSystemFiles|TypeText|IsKeyPressed|GetCurrentWwpnFromGenerator|UpgradeSystemVersion|DefineSystem|DefinePlannedSystem)$/;

describe('bad input over the wire (issue 2 §7)', () => {
  let service: Service;
  let bench: Bench;
  let connection: Connection;
  let directory = '';
  let victim = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-b-'));
    const disk = join(directory, 'disk.raw');
    await writeFile(disk, Buffer.alloc(1 << 20));
    service = await Service.start({ hypervisor: 'simulated', dataDirectory: directory });
    bench = new Bench(service, disk);
    connection = new Connection({ url: service.endpoints.http, user: 'admin', password: service.password });
    victim = await bench.create();
  });
  after(async () => {
    connection.close();
    bench.close();
    await service[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const call = async (
    target: Reference,
    method: string,
    parameters: string,
  ): Promise<{ code: number | null; text: string }> => {
    const selectors = Object.entries(target.selectors).map(
      ([name, value]) => `<w:Selector Name="${name}">${escapeXml(value)}</w:Selector>`,
    );
    const text = await connection.post(
      `<s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}"><s:Header><a:To>http://localhost/wsman</a:To>` +
        `<w:ResourceURI s:mustUnderstand="true">${target.resourceUri}</w:ResourceURI><a:ReplyTo><a:Address>${NS.addressing}/role/anonymous</a:Address></a:ReplyTo>` +
        `<a:Action>${target.resourceUri}/${method}</a:Action><a:MessageID>uuid:${NOBODY}</a:MessageID><w:SelectorSet>${selectors.join('')}</w:SelectorSet></s:Header>` +
        `<s:Body><p:${method}_INPUT xmlns:p="${target.resourceUri}">${parameters}</p:${method}_INPUT></s:Body></s:Envelope>`,
    );
    const code = /ReturnValue>(\d+)</.exec(text)?.[1];
    return { code: code === undefined ? null : Number(code), text };
  };

  /** What was taken for a good definition goes again. */
  const forgetOthers = async (): Promise<void> => {
    const others: Reference[] = [];
    for (const className of ['Msvm_ComputerSystem', 'Msvm_PlannedComputerSystem'])
      for await (const found of bench.client.queryReferences(`SELECT * FROM ${className}`))
        if (/^[0-9A-F-]{36}$/.test(found.selectors['Name'] ?? '') && found.selectors['Name'] !== victim)
          others.push(found);
    for (const AffectedSystem of others) await bench.client.run(SERVICE, 'DestroySystem', { AffectedSystem });
  };

  const tryMethods = async (
    target: Reference,
    methods: readonly CimMethod[],
    parametersOf: (method: CimMethod) => readonly CimParameter[],
  ): Promise<void> => {
    const system = bench.reference(victim);
    const good = goodValues(system, bench.machines.settingsReference(victim));
    const before = await dump(bench.client);
    for (const method of methods) {
      const inputs = method.parameters.filter((parameter) => parameter.direction !== 'out');
      for (const parameter of parametersOf(method)) {
        const others = inputs
          .filter((other) => other !== parameter && good[other.name] !== undefined)
          .map((other) => element(other.name, good[other.name] ?? ''))
          .join('');
        for (const [label, xml] of badValues(parameter, system)) {
          // Without a version the highest is meant: a right call.
          if (parameter.name === 'UpgradeSettingData' && ['missing', 'nil', 'empty'].includes(label)) continue;
          const what = `${method.name}, ${parameter.name}: ${label}`;
          const { code, text } = await call(target, method.name, others + xml);
          if (code === null) {
            assert.match(text, /<s:Fault/, what);
            assertSaysWhy(/<s:Text[^>]*>([^<]*)</.exec(text)?.[1], what);
          } else if (REFUSALS.has(code)) {
            assertSaysWhy(/<p:Message[^>]*>([^<]*)</.exec(text)?.[1], `${what}: ${code}`);
          } else {
            // It was taken: then it has meant nothing, which the dump shows, or a whole definition of its own.
            assert.ok(code === 0 || (code === 4096 && TAKES_MUCH.test(method.name)), `${what}: ${code}`);
          }
          // A summary has an entry for each setting or file that is asked for, known or not.
          if (!SUMMARIES.has(method.name))
            assert.ok(text.length < 100_000, `${what}: an answer of ${text.length} characters`);
        }
      }
      await forgetOthers();
      assert.equal(difference(before, await dump(bench.client)), '', `${method.name} changed something`);
    }
  };

  const classMethods = (className: string): readonly CimMethod[] =>
    loadRepository().namespace(V2)?.class(className)?.methods ?? assert.fail(className);
  const inputsOf = (method: CimMethod): readonly CimParameter[] =>
    method.parameters.filter((parameter) => parameter.direction !== 'out');

  test('every parameter of every method of the management service', async () => {
    const target = { resourceUri: resourceUri(V2, SERVICE.className), selectors: {} };
    await tryMethods(target, classMethods(SERVICE.className), inputsOf);
  });

  test('every parameter of every method of a running system, its job, keyboard and shutdown component', async () => {
    await bench.request(victim, 2);
    const targets: Reference[] = [bench.reference(victim)];
    for (const className of ['Msvm_Keyboard', 'Msvm_ShutdownComponent', 'Msvm_ConcreteJob']) {
      const where = className === 'Msvm_ConcreteJob' ? '' : ` WHERE SystemName = '${victim}'`;
      for await (const found of bench.client.queryReferences(`SELECT * FROM ${className}${where}`, 1)) {
        targets.push(found);
        break;
      }
    }
    assert.equal(targets.length, 4);
    for (const target of targets) {
      const className = target.resourceUri.slice(target.resourceUri.lastIndexOf('/') + 1);
      // Without a reason, or with any, a shutdown is a right call: only its flag can be wrong.
      await tryMethods(
        target,
        classMethods(className).filter(({ name }) => !name.startsWith('Initiate')),
        inputsOf,
      );
      for (const method of classMethods(className).filter(({ name }) => name.startsWith('Initiate'))) {
        for (const force of ['maybe', '7', '<q/>', HUGE]) {
          const { code } = await call(target, method.name, element('Force', force) + element('Reason', 'x'));
          assert.ok(code === null || REFUSALS.has(code), `${method.name}, Force ${force.slice(0, 10)}: ${code}`);
        }
      }
    }
    assert.equal((await bench.states()).get(victim), 2);
    await bench.request(victim, 3);
  });

  test('7 paths that leave the roots, in every way that a path is written: refused, nothing attached', async () => {
    const outside = join(tmpdir(), `vsms-outside-${process.pid}.raw`);
    await writeFile(outside, Buffer.alloc(1 << 20));
    await symlink('/etc', join(directory, 'link'));
    await symlink(outside, join(directory, 'link.raw'));
    const before = await dump(bench.client);
    let drive = '';
    const query = `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ResourceType = 14 AND InstanceID LIKE 'Microsoft:${victim}%'`;
    for await (const found of bench.client.queryReferences(query, 1))
      drive = `\\\\.\\${V2}:Msvm_ResourceAllocationSettingData.InstanceID="${(found.selectors['InstanceID'] ?? '').replaceAll('\\', '\\\\')}"`;
    assert.notEqual(drive, '');
    try {
      for (const path of [
        outside,
        '/etc/shadow',
        `${directory}/../../etc/shadow`,
        `${directory}/./x/../../../etc/shadow`,
        `${directory}/link/shadow`,
        `${directory}/link.raw`,
        `${directory}/state/vsms.db`,
        `${directory}//state//vsms.db`,
        `${directory}/drives/c/../../state/vsms.db`,
        `file://${outside}`,
        `json:{"driver":"file","filename":"${outside}"}`,
        `nbd://127.0.0.1/x`,
        `fat:/etc`,
        '\\\\?\\C:\\..\\..\\state\\vsms.db',
        'C:\\..\\..\\state\\vsms.db',
        'C:\\link\\shadow',
        '\\\\.\\PhysicalDrive0',
        '\\\\attacker\\share\\x.vhd',
        `${directory}/disk.raw:stream`,
        `${directory}/DISK.RAW`,
        `${directory}/disk.raw/`,
        `${directory}/disk.raw\0.vhd`,
        'C:\\PROGRA~1\\x.vhd',
        '/proc/self/mem',
        '/dev/zero',
        directory,
        '',
        ' ',
        'x'.repeat(40_000),
      ]) {
        const settings = settingsText('Msvm_StorageAllocationSettingData', {
          ResourceType: 31,
          ResourceSubType: 'Microsoft:Hyper-V:Virtual Floppy Disk',
          Parent: drive,
          HostResource: [path],
        });
        const error = await bench.add(victim, [settings]).then(
          () => assert.fail(`${path.slice(0, 80)} was attached`),
          (failure: unknown) => failure,
        );
        assert.ok(error instanceof Error && error.message.length > 10);
        assert.doesNotMatch(error.message, /root:|sqlite/i);
      }
      assert.equal(difference(before, await dump(bench.client)), '');
    } finally {
      await rm(outside, { force: true });
    }
  });

  test('the service is as it was: it answers, it starts machines, its jobs have ended', async () => {
    await bench.request(victim, 2);
    const object = await bench.client.get(bench.reference(victim));
    assert.equal(numberOf(object.properties['EnabledState']), 2);
    assert.equal(textOf(object.properties['ElementName']), 'victim');
    for (const state of await bench.jobStates()) assert.ok(state >= 7);
  });
});
