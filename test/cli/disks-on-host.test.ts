import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { disksOf, disksOnHost, hostPaths, VirtualMachines, WsmanClient } from '../../src/client/index.ts';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

const WRITTEN = 'c:\\vms\\WEB.IMG';

/** The service as a host without Vsms_PathService: what is asked of that goes to a class that nobody has. */
const withoutClass = async (service: Service): Promise<{ readonly url: string; close(): void }> => {
  const forward = async (request: IncomingMessage, body: string, response: ServerResponse): Promise<void> => {
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(`${service.endpoints.http}${request.url ?? ''}`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body: body.replaceAll('Vsms_PathService', 'Nope_PathService'),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  };
  const proxy = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => void forward(request, Buffer.concat(parts).toString(), response));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
};

describe('vm show and plan show tell the files of disks that are called otherwise on the host', {
  concurrency: false,
}, () => {
  let service: Service;
  let client: WsmanClient;
  let file: string;
  let plain: string;
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await vsms(local(service), ...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    const folder = join(service.dataDirectory, 'drives/c/VMs');
    await mkdir(folder, { recursive: true });
    [file, plain] = [join(folder, 'Web.img'), join(folder, 'plain.img')];
    for (const each of [file, plain]) {
      await writeFile(each, '');
      await truncate(each, 1 << 20);
    }
    await ok('vm', 'create', 'web', '--generation', '1', '--disk', plain, '--disk', WRITTEN);
    await ok('vm', 'create', 'plain', '--generation', '1', '--disk', plain);
    client = new WsmanClient({ url: service.endpoints.http, user: 'admin', password: service.password });
    await new VirtualMachines(client).create({
      name: 'planned',
      planned: true,
      generation: 1,
      memoryMb: 512,
      processors: 1,
      disks: [WRITTEN, 'C:\\VMs\\gone.img'],
      isos: [],
      switch: null,
      serial: null,
      secureBoot: false,
      notes: '',
    });
  });
  after(async () => {
    client.close();
    await service[Symbol.asyncDispose]();
  });

  const onHost = () => ({ place: 'IDE 0:1', path: WRITTEN, file, problem: null });

  test('vm show: below the machine, only what differs; in JSON and YAML; not among names and in CSV', async () => {
    const [head, ...rows] = (await ok('vm', 'show', 'web')).split('\n\n').at(-1)?.split('\n') ?? [];
    assert.match(head ?? '', /^PLACE +AS WRITTEN +ON THE HOST$/);
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/)),
      [['IDE 0:1', WRITTEN, file]],
    );
    assert.deepEqual(JSON.parse(await ok('vm', 'show', 'web', '-o', 'json'))[0].disksOnHost, [onHost()]);
    assert.deepEqual(parse(await ok('vm', 'show', 'web', '-o', 'yaml'))[0].disksOnHost, [onHost()]);
    assert.equal(await ok('vm', 'show', 'web', '-o', 'name'), 'web');
    assert.equal((await ok('vm', 'show', 'web', '-o', 'csv')).split('\n').length, 2);
    assert.doesNotMatch(await ok('vm', 'show', 'plain'), /ON THE HOST/);
    assert.deepEqual(JSON.parse(await ok('vm', 'show', 'plain', '-o', 'json'))[0].disksOnHost, []);
  });

  test('plan show: the size is read from the file that it is; one that is not there is told', async () => {
    const said = await ok('plan', 'show', 'planned');
    const rows = said.split('\n').map((line) => line.split(/ {2,}/));
    assert.deepEqual(
      rows.filter(([place]) => place === 'IDE 0:0'),
      [
        ['IDE 0:0', '0.0 GB', 'raw', WRITTEN],
        ['IDE 0:0', WRITTEN, file],
      ],
    );
    const gone = join(service.dataDirectory, 'drives/c/VMs/gone.img');
    assert.deepEqual(rows.filter(([place]) => place === 'IDE 0:1')[1], [
      'IDE 0:1',
      'C:\\VMs\\gone.img',
      `${gone}: There is no such file.`,
    ]);
    assert.deepEqual(JSON.parse(await ok('plan', 'show', 'planned', '-o', 'json')).disksOnHost, [
      { ...onHost(), place: 'IDE 0:0' },
      { place: 'IDE 0:1', path: 'C:\\VMs\\gone.img', file: gone, problem: 'There is no such file.' },
    ]);
  });

  test('for programs: vsms/client', async () => {
    const machines = new VirtualMachines(client);
    const { id } = await machines.find('web');
    const disks = await disksOf(client, id);
    assert.deepEqual(await disksOnHost(client, machines.settingsReference(id), disks), [onHost()]);
    const paths = await hostPaths(client, machines.settingsReference(id));
    assert.deepEqual(
      paths.filter(({ property }) => property === 'HostResource').map((each) => [each.path, each.file]),
      [
        [plain, plain],
        [WRITTEN, file],
      ],
    );
  });

  test('a host without the class shows none, and no error', async () => {
    const host = await withoutClass(service);
    const there = { VSMS_HOST: host.url, VSMS_USER: 'admin', VSMS_PASSWORD: service.password };
    try {
      for (const command of [
        ['vm', 'show', 'web'],
        ['plan', 'show', 'planned'],
      ]) {
        const { code, stdout, stderr } = await vsms(there, ...command);
        assert.deepEqual([code, stderr], [0, '']);
        assert.match(stdout, /web|planned/);
        assert.doesNotMatch(stdout, /ON THE HOST/);
      }
      const asked = await vsms(there, 'cim', 'get', 'Vsms_PathService');
      assert.match(asked.stderr, /Nope_PathService/, 'it has no such class');
    } finally {
      host.close();
    }
  });
});
