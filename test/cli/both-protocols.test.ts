import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { Service } from '../kit/service.ts';
import { Rest } from '../rest/kit.ts';
import { vsmsHere } from './in-process.ts';
import { local } from './kit.ts';

/** Disks are merged in the background: each has one of its own. */
const WAYS = ['wsman', 'rest', 'token'] as const;
type Way = (typeof WAYS)[number];

type Step = readonly [words: string, code: number, said: RegExp];

/** Each after the others, on a machine `lab` with a disk that the host knows by another name. `ID` stands for the id of the machine. */
const STEPS: readonly Step[] = [
  ['vm list', EXIT.ok, /^NAME +STATE +UPTIME +PID +ID\nlab +Off +\S* +ID$/],
  ['vm list -o name', EXIT.ok, /^lab$/],
  ['vm list -o csv', EXIT.ok, /\nlab,Off,.*,2,1,0,0,,a note$/],
  ['vm list -o json', EXIT.ok, /"state": "Off",\n {4}"processId": null/],
  [
    'vm show lab',
    EXIT.ok,
    /\n2, Secure Boot +1 +1024 +0 +0 +0\n\nPLACE +KIND +FILE\nSCSI 0:0 +disk +C:\\vm\\WAY\.img\n\nPLACE .*\n.*C:\\vm\\WAY\.img +\/\S+\/vm\/WAY\.img\n\nNOTES\na note$/,
  ],
  ['vm show lab -o json', EXIT.ok, /"disksOnHost": \[\n {6}\{\n {8}"place": "SCSI 0:0"/],
  ['vm show lab -o csv', EXIT.ok, /\nlab,Off,.*,2,1,0,0,,a note$/],
  ['vm show ID -o name', EXIT.ok, /^lab$/],
  ['vm show nobody', EXIT.notFound, /^There is no virtual machine "nobody"\.$/],
  ['vm show 00000000-0000-4000-8000-000000000000', EXIT.notFound, /no virtual machine/],
  ['vm show ..', EXIT.notFound, /no virtual machine "\.\."/],
  [
    'vm pause lab',
    EXIT.conflict,
    /^RequestStateChange answered 32775 \(.*\): "lab" is off; this needs one that is running\.$/,
  ],
  ['switch create net --notes why', EXIT.ok, /^net [0-9A-F-]{36}$/],
  ['switch create inside --internal', EXIT.ok, /^inside [0-9A-F-]{36}$/],
  ['switch create out --adapter wlan0 --internal', EXIT.ok, /^out [0-9A-F-]{36}$/],
  ['switch create again --adapter wlan0', EXIT.conflict, /^DefineSystem answered 32774 .*'out'/],
  ['switch create again --adapter eth9', EXIT.notFound, /^There is no network adapter "eth9"\.$/],
  [
    'switch list',
    EXIT.ok,
    /^NAME +KIND +ADAPTER +HOST +ID +NOTES\n(?:.* found .*\n)*Default Switch +nat (?:.*\n)*inside +internal +yes .*\n(?:.* found .*\n)*net +private .* why\nout +external +wlan0 +yes /,
  ],
  ['switch show out -o json', EXIT.ok, /"kind": "external",\n {4}"adapter": "wlan0",\n {4}"host": true/],
  ['switch show none', EXIT.notFound, /^There is no virtual switch "none"\.$/],
  ['switch adapters', EXIT.ok, /^NAME +MAC +LINK +IN USE\neth0 .*\neth1 .* up *\nwlan0 +020000000003 +down +yes$/],
  ['nic list lab', EXIT.ok, /^NIC +NAME +MAC +SWITCH +VLAN$/],
  ['nic set lab --vlan 5', EXIT.usage, /^The machine has no network adapter\.$/],
  ['nic add lab --switch none', EXIT.notFound, /^There is no virtual switch "none"\.$/],
  ['nic add lab', EXIT.ok, /^Network Adapter is added\.$/],
  ['nic disconnect lab', EXIT.ok, /^Network Adapter is disconnected\.$/],
  ['nic set lab --vlan 5', EXIT.conflict, /^The adapter has no connection to set this on\. Connect it first\.$/],
  ['nic connect lab net', EXIT.ok, /^Network Adapter is connected to net\.$/],
  ['nic set lab --mac 00-15-5D-01-02-03 --vlan 42 --limit 10 --mac-spoofing on', EXIT.ok, /^Network Adapter is set\.$/],
  ['nic set lab --dhcp-guard on --router-guard off --vlan 43', EXIT.ok, /is set/],
  ['nic list lab', EXIT.ok, /\n1 +Network Adapter +00155D010203 +net +43$/],
  ['nic list lab -o json', EXIT.ok, /"className": "Msvm_SyntheticEthernetPortSettingData"[^]*"dynamicMac": false,/],
  ['nic list lab -o wide', EXIT.ok, /Microsoft:ID\\[0-9A-F-]{36}$/],
  ['nic set lab --vlan 4095', EXIT.usage, /^--vlan is from 1 to 4094, or none\.$/],
  ['nic set lab --mac 1', EXIT.usage, /^--mac is an address like/],
  [
    'nic connect lab C08CB7B8-9B3C-408E-8E30-5E16A3AEB444',
    EXIT.ok,
    /^Network Adapter is connected to Default Switch\.$/,
  ],
  ['nic connect lab net', EXIT.ok, /connected to net/],
  ['nic add lab --switch net --name second', EXIT.ok, /^second is added and connected to net\.$/],
  ['nic disconnect lab', EXIT.usage, /^Say which adapter with --nic: 1 \(Network Adapter\), 2 \(second\)\.$/],
  ['nic disconnect lab --nic second', EXIT.ok, /^second is disconnected\.$/],
  ['nic list lab -o csv', EXIT.ok, /\n2,second,dynamic,,,/],
  ['nic remove lab --nic 2', EXIT.ok, /^second is removed\.$/],
  ['nic set lab --vlan none --limit none --mac dynamic', EXIT.ok, /is set/],
  ['nic list lab -o name', EXIT.ok, /^Network Adapter$/],
  ['switch delete C08CB7B8-9B3C-408E-8E30-5E16A3AEB444', EXIT.failed, /^DestroySystem answered .* always there/],
  ['switch delete out', EXIT.ok, /^out is deleted; machines that were on it are disconnected\.$/],
  ['switch delete inside', EXIT.ok, /^inside is deleted/],
  ['switch delete net', EXIT.ok, /^net is deleted/],
  ['switch list -o name', EXIT.ok, /^(?!.*(?:inside|net|out)$)/m],
  // By names of CIM from here, with one client for each way.
  ['vm set lab --memory 768 --processors 2', EXIT.ok, /^lab is changed\.$/],
  [
    'vm set lab --memory 5',
    EXIT.usage,
    /^ModifyResourceSettings answered 32773 \(invalid parameter\): .* multiple of 2\.$/,
  ],
  ['vm set lab --memory 770 --dry-run', EXIT.ok, /\+ memory: 770/],
  ['vm manifest lab', EXIT.ok, /^name: lab\n[^]*\nmemory: 768\nnotes: a note\nsecureBoot: true\n/],
  ['vm edit lab --yes', EXIT.ok, /^- processors: 2\n\+ processors: 1\nlab is changed\.$/],
  [
    'diff -f FILE',
    EXIT.differs,
    /^lab\n {2}- processors: 1\n {2}\+ processors: 2\n[^]* {2}\+ memory\.minimum: 512\n[^]* {2}\+ networks\[0\]\.vlan: 7$/,
  ],
  ['apply -f FILE --dry-run', EXIT.ok, /^lab\n {2}- processors: 1\n(?![^]*(?:REFUSED|BLOCKS))/],
  ['apply -f FILE', EXIT.ok, /\+ networks\[0\]\.vlan: 7$/],
  ['apply -f FILE', EXIT.ok, /^lab is as the file says$/],
  [
    'vm manifest lab',
    EXIT.ok,
    /\nmemory:\n {2}startup: 772\n {2}minimum: 512\n {2}maximum: 1024\n {2}dynamic: true\n[^]*\nautomaticStop: shutdown\nserial: \S+lab\n[^]*switch: Default Switch\n {4}mac: 00155D010204\n {4}vlan: 7\n/,
  ],
  ['cim get Msvm_ComputerSystem Name=ID', EXIT.ok, /^Caption: Virtual Machine\n[^]*\nElementName: lab\n/],
  ['cim get Msvm_ComputerSystem Name=nobody', EXIT.notFound, /no such instance/],
  ['cim get Msvm_Nothing Name=ID', EXIT.notFound, /^Namespace root\\virtualization\\v2 has no class Msvm_Nothing\.$/],
  ['cim invoke Msvm_Nothing Do', EXIT.notFound, /has no class Msvm_Nothing\.$/],
  ['cim get Msvm_ComputerSystem Nmae=ID', EXIT.usage, /^Nmae is not a key of Msvm_ComputerSystem; its keys are Name, /],
  ['cim enumerate Msvm_Nothing', EXIT.usage, /has no class Msvm_Nothing\.$/],
  ['vm list --namespace root\\nowhere', EXIT.notFound, /^There is no namespace root\\nowhere\.$/],
  ['cim get Msvm_ComputerSystem Name=ID -o json', EXIT.ok, /"className": "Msvm_ComputerSystem"/],
  ['cim enumerate Msvm_ComputerSystem --where ElementName="lab" -o json', EXIT.ok, /"EnabledState": "3"/],
  [
    'cim invoke Msvm_ComputerSystem RequestStateChange --key Name=ID --arg RequestedState=9',
    EXIT.conflict,
    /^RequestStateChange answered 32775 /,
  ],
  ['disk create C:\\vm\\WAY-new.vhdx --size 8M', EXIT.ok, /WAY-new\.vhdx/],
  ['disk create C:\\vm\\WAY-new.vhdx --size 8M', EXIT.failed, /WAY-new\.vhdx/],
  ['disk inspect C:\\vm\\WAY-new.vhdx', EXIT.ok, /\nvhdx +dynamic /],
  ['disk inspect C:\\vm\\WAY-none.vhdx', EXIT.notFound, /WAY-none\.vhdx/],
  ['disk resize C:\\vm\\WAY-new.vhdx 16M', EXIT.ok, /./],
  ['disk attach lab C:\\vm\\WAY-new.vhdx', EXIT.ok, /./],
  ['disk list lab', EXIT.ok, /SCSI 0:1 +disk +C:\\vm\\WAY-new\.vhdx$/],
  ['controller list lab', EXIT.ok, /^CONTROLLER +LOCATIONS +TAKEN\nSCSI 0 +64 +0,1$/],
  ['controller add lab', EXIT.ok, /^SCSI 1 is added to lab\.$/],
  ['disk move lab C:\\vm\\WAY-new.vhdx scsi1:63', EXIT.ok, /WAY-new\.vhdx is at SCSI 1:63 of lab\.$/],
  ['disk move lab SCSI+1:63 SCSI+1:64', EXIT.usage, /^ModifyResourceSettings answered 32773 /],
  ['disk move lab SCSI+1:63 SCSI+0:0', EXIT.usage, /^ModifyResourceSettings answered 32773 /],
  ['disk move lab SCSI+1:63 SCSI+2', EXIT.notFound, /^There is no controller of this machine "SCSI 2"\.$/],
  ['disk move lab SCSI+1:63 there', EXIT.usage, /^The new place is a place like "SCSI 0:1", or a controller like/],
  ['controller remove lab 1', EXIT.conflict, /^SCSI 1 has a drive\. Move or detach what is on it first\.$/],
  ['disk detach lab SCSI+1:63', EXIT.ok, /WAY-new\.vhdx is detached/],
  ['disk attach lab C:\\vm\\WAY-new.vhdx --at SCSI+1:5', EXIT.ok, /WAY-new\.vhdx is at SCSI 1:5 of lab\.$/],
  ['disk attach lab C:\\vm\\WAY-new.vhdx --at SCSI+1 --scsi', EXIT.usage, /^Give --at or --scsi: /],
  ['disk move lab SCSI+1:5 SCSI+0', EXIT.ok, /WAY-new\.vhdx is at SCSI 0:1 of lab\.$/],
  ['controller remove lab SCSI+1', EXIT.ok, /^SCSI 1 is removed from lab\.$/],
  ['controller remove lab SCSI+1', EXIT.notFound, /^There is no controller of this machine "SCSI 1"\.$/],
  ['controller remove lab ide+0', EXIT.usage, /^IDE controllers stay: /],
  ['disk detach lab C:\\vm\\WAY-new.vhdx', EXIT.ok, /./],
  ['nic disconnect lab', EXIT.ok, /is disconnected/],
  ['vm clone lab twin', EXIT.ok, /^twin [0-9A-F-]{36}$/],
  ['vm delete twin', EXIT.ok, /^twin is deleted/],
  ['export lab C:\\vm\\WAY-out', EXIT.ok, /./],
  ['export lab /etc', EXIT.usage, /^ExportSystemDefinition answered 32773 .*outside/],
  ['plan list', EXIT.ok, /^PLAN +STATE +ID$/],
  ['reference-point create lab', EXIT.ok, /./],
  ['reference-point list lab -o name', EXIT.ok, /./],
  ['vm start lab', EXIT.ok, /^Running$/],
  ['vm type lab hello --enter', EXIT.ok, /^$/],
  ['vm start lab', EXIT.conflict, /^RequestStateChange answered 32775 \(.*\): "lab" is running already\.$/],
  ['nic set lab --mac 00155D010203', EXIT.conflict, /^ModifyResourceSettings answered 32775 /],
  ['vm delete lab', EXIT.conflict, /^DestroySystem answered 32775 \(.*\): /],
  ['vm list -o wide', EXIT.ok, /lab +Running +\S+ +\d+ +ID +2 +2/],
  ['vm pause lab', EXIT.ok, /^Paused$/],
  ['vm resume lab', EXIT.ok, /^Running$/],
  ['checkpoint list lab', EXIT.ok, /^lab\n└─ \* now$/],
  ['checkpoint create lab first --notes why', EXIT.ok, /^first [0-9A-F-]{36}$/],
  ['checkpoint create lab bare --disks-only', EXIT.ok, /^bare [0-9A-F-]{36}$/],
  [
    'checkpoint list lab',
    EXIT.ok,
    /^lab\n└─ first .* disks \d.* with memory\n {3}└─ bare .* disks \d.*\n {6}└─ \* now {2}disks \d/,
  ],
  [
    'checkpoint list lab -o json',
    EXIT.ok,
    /"hasMemory": true,\n {4}"bytes": [1-9]\d*,\n {4}"diskBytes": [1-9]\d*,\n {4}"current": false/,
  ],
  ['checkpoint rename lab bare second', EXIT.ok, /^bare is second now\.$/],
  ['checkpoint rename lab bare third', EXIT.notFound, /^There is no checkpoint "bare"\.$/],
  ['checkpoint apply lab first --discard-now', EXIT.ok, /^lab is at first: Saved\.$/],
  ['checkpoint apply lab second --keep-now', EXIT.ok, /holds what was there before\.\nlab is at second: Off\.$/],
  ['checkpoint delete lab second', EXIT.ok, /^second is deleted/],
  ['checkpoint delete lab first --tree', EXIT.ok, /^first and all below it are deleted/],
  ['checkpoint list lab -o name', EXIT.ok, /^$/],
  ['vm start lab --no-wait', EXIT.timeout, /^The job goes on: [0-9A-F-]{36}\.$/],
  ['job list -o name', EXIT.ok, /^(?:[0-9A-F-]{36}\n?)+$/],
  [
    'job list',
    EXIT.ok,
    /^WHAT +STATE +% +STARTED +ID +ERROR\n(?:.* (?:Completed(?:WithWarnings)?|Running|Exception) +\d+ +\S+ +[0-9A-F-]{36}.*\n?)+$/,
  ],
  ['job wait JOB', EXIT.ok, /^Completed$/],
  ['job show JOB -o json', EXIT.ok, /"state": "Completed",\n {4}"percent": 100/],
  ['job cancel JOB', EXIT.ok, /^The job had ended already\.\nCompleted$/],
  ['job show none', EXIT.notFound, /^There is no job "none"\.$/],
  ['job cancel ..', EXIT.notFound, /^There is no job "\.\."\.$/],
  ['vm stop lab', EXIT.ok, /^Off$/],
  ['vm stop lab --timeout no', EXIT.usage, /--timeout is a whole number/],
  ['vm save lab', EXIT.conflict, /"lab" is off/],
  ['vm delete lab', EXIT.ok, /^lab is deleted; its disks are kept\.$/],
  ['vm list', EXIT.ok, /^NAME +STATE +UPTIME +PID +ID$/],
];

/** `FILE`: what `lab` is made. */
const MANIFEST = String.raw`name: lab
processors: 2
memory: { startup: 772, minimum: 512, maximum: 1024 }
automaticStop: shutdown
serial: \\.\pipe\lab
networks: [{ switch: Default Switch, mac: 00155D010204, vlan: 7 }]
`;

/** What other machines did before is told there too, and what the processor does now. */
const isOfMoment = (words: string): boolean => words.startsWith('job list') || words.endsWith('wide');

describe('commands that speak both protocols', () => {
  let service: Service;
  let rest: Rest;
  let token: string;
  let file: string;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    file = join(service.dataDirectory, 'lab.yaml');
    await writeFile(file, MANIFEST);
    const folder = join(service.dataDirectory, 'drives/c/vm');
    await mkdir(folder, { recursive: true });
    for (const way of WAYS) {
      await writeFile(join(folder, `${way}.img`), '');
      await truncate(join(folder, `${way}.img`), 1 << 20);
    }
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    token = (await rest.post(201, '/tokens', { name: 'ci', role: 'administrator', expiresAt })).body.token;
  });
  after(() => service[Symbol.asyncDispose]());

  /** What differs from one machine to the next. */
  const plain = (text: string): string =>
    text
      .replaceAll(/[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/gi, 'GUID')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::[\d.]+Z?)?/g, 'TIME')
      .replaceAll(/\(\d.* [AP]M\)|\d\d:\d\d:\d\d/g, 'TIME')
      .replaceAll(/"(processId|onTimeMs|bytes)": \d+/g, '"$1": NUMBER')
      .replaceAll(/[\d.]+ (?:Ki|Mi)?B(?:ytes)?/gi, 'SIZE')
      .replaceAll(/ +/g, ' ');

  const transcripts = new Map<Way, readonly string[]>();
  const play = async (way: Way, place: Readonly<Record<string, string>>): Promise<void> => {
    const environment = { ...place, EDITOR: "sed -i 's/^processors: 2/processors: 1/'", VISUAL: '' };
    const body = { name: 'lab', notes: 'a note', disks: [{ path: `C:\\vm\\${way}.img` }] };
    const { id } = (await rest.post(201, '/vms', body)).body;
    let job = '';
    const lines: string[] = [];
    for (const [words, code, said] of STEPS) {
      const typed = words
        .replace('ID', id)
        .replace('JOB', job)
        .replace('WAY', way)
        .replace('FILE', file)
        .split(' ')
        .map((word) => word.replaceAll('+', ' '));
      const outcome = await vsmsHere(environment, typed);
      const text = outcome.said.replaceAll(id, 'ID').replaceAll(new RegExp(`${way}(?=[.-])`, 'g'), 'WAY');
      assert.equal(outcome.code, code, `${way}: ${words}: ${text}`);
      assert.match(text, said, `${way}: ${words}`);
      job = /^The job goes on: (\S+)\.$/.exec(text)?.[1] ?? job;
      if (!isOfMoment(words)) lines.push(`${words}\n${plain(text)}`);
    }
    transcripts.set(way, lines);
  };

  test('WS-Management', () => play('wsman', { VSMS_HOST: service.endpoints.http, VSMS_PASSWORD: service.password }));
  test('REST, of the service of this machine', () => play('rest', local(service)));
  test('REST, by a token', () => play('token', { VSMS_HOST: service.endpoints.http, VSMS_TOKEN: token }));
  test('the same is said by all of them', () => {
    const expected = transcripts.get('wsman');
    assert.equal(expected?.length, STEPS.filter(([words]) => !isOfMoment(words)).length);
    for (const way of ['rest', 'token'] as const) assert.deepEqual(transcripts.get(way), expected, way);
  });
  test('a token can do what its scope lets it', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { token } = (await rest.post(201, '/tokens', { name: 'looks', role: 'viewer', expiresAt })).body;
    const asViewer = { VSMS_HOST: service.endpoints.http, VSMS_TOKEN: token };
    const run = async (...words: readonly string[]) => (await vsmsHere(asViewer, words)).code;
    assert.equal(await run('switch', 'list'), EXIT.ok);
    assert.equal(await run('switch', 'create', 'net'), EXIT.denied);
    assert.equal(await run('vm', 'create', 'lab'), EXIT.denied);
    assert.equal(await run('disk', 'list'), EXIT.ok);
    const { said } = await vsmsHere(asViewer, ['switch', 'list', '-o', 'name']);
    assert.doesNotMatch(said, /net/);
  });
  test('it is REST that is spoken, and not where an account is named', async () => {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(
        `${request.method} ${request.url?.split('?')[0] ?? ''} ${request.headers.authorization?.split(' ')[0]}`,
      );
      response.writeHead(401).end();
    });
    await using _closed = { [Symbol.asyncDispose]: async () => void proxy.close() };
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const host = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const both = { VSMS_HOST: host, VSMS_TOKEN: token, VSMS_PASSWORD: service.password };
    const ask = async (environment: Readonly<Record<string, string>>, ...words: readonly string[]) => {
      const { code, said } = await vsmsHere(environment, words);
      return [...seen.splice(0), code, said.replace(host, 'HOST')];
    };
    const rest = [
      'GET /api/v1/vms Bearer',
      EXIT.denied,
      'HOST refused the token (HTTP 401): it is over, or of another host.',
    ];
    const wsman = ['POST /wsman Basic', EXIT.denied, 'HOST refused the user name or password (HTTP 401).'];
    assert.deepEqual(await ask(both, 'vm', 'list'), rest);
    assert.deepEqual(await ask({ VSMS_HOST: host }, 'vm', 'list', '--token', token), rest);
    const cim = ['POST /api/v1/cim/query Bearer', ...rest.slice(1)];
    assert.deepEqual(await ask(both, 'wql', 'SELECT * FROM Msvm_ComputerSystem'), cim);
    assert.deepEqual(await ask(both, 'vm', 'list', '--namespace', 'root\\virtualization'), cim);
    assert.deepEqual(await ask(both, 'vm', 'list', '--user', 'admin'), wsman, 'what is typed counts first');
    assert.deepEqual(await ask({ ...both, VSMS_TOKEN: '' }, 'vm', 'list'), wsman, 'an empty one is none');
    const { VSMS_PASSWORD: _, ...tokenAlone } = both;
    assert.deepEqual(await ask(tokenAlone, 'vm', 'create', 'lab'), [
      'POST /api/v1/cim/invoke Bearer',
      ...rest.slice(1),
    ]);
  });
});
