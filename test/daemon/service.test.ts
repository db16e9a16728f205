import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { WsmanClient } from '../../src/client/client.ts';
import { ConnectionError } from '../../src/client/connection.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { Service } from '../kit/service.ts';
import { Rest } from '../rest/kit.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const SIMULATED = { hypervisor: 'simulated' } as const;
const NO_PASSWORD = { VSMS_ADMIN_PASSWORD: '' };

const isRoot = process.getuid?.() === 0;

const portOf = (url: string): number => Number(new URL(url).port);

/** Resolves to whether somebody listens there. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const post = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${url}/wsman`, { method: 'POST', body: '', headers });

const basic = (password: string): string => `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;

/** The password that a first start has shown. */
const shownPassword = (output: string): string =>
  /user "admin" has the password (\S+)/.exec(output)?.[1] ?? assert.fail(`no password in: ${output}`);

const start = async (environment: Readonly<Record<string, string>>, dataDirectory?: string): Promise<Service> =>
  Service.start({ ...SIMULATED, environment, ...(dataDirectory === undefined ? {} : { dataDirectory }) });

/** The text of a start that is refused. */
async function refusal(environment: Readonly<Record<string, string>>, dataDirectory: string): Promise<string> {
  const error = await start(environment, dataDirectory).then(
    () => assert.fail('the service has started'),
    (reason: unknown) => reason as Error,
  );
  return error.message;
}

function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'vsms-d-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

describe('the service, from outside', () => {
  test('one line says where it listens; endpoints.json says it to programs; ports of 0 are free ones', async () => {
    await using service = await Service.start(SIMULATED);
    const { http, https, cimxml, cimxmls, pid } = service.endpoints;
    const lines = service.output.split('\n').filter((line) => line.startsWith('vsms listens on'));
    assert.deepEqual(lines, [`vsms listens on ${http} and ${https} (simulated 1.0)`]);
    assert.equal(pid, service.pid);
    assert.match(http, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(https, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.match(cimxml, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(cimxmls, /^https:\/\/127\.0\.0\.1:\d+$/);
    const ports = [http, https, cimxml, cimxmls].map(portOf);
    assert.ok(ports.every((port) => port > 0));
    assert.equal(new Set(ports).size, 4);
    assert.equal((await service.client().identify()).vendor, 'vsms');
  });

  test('SIGTERM: exit code 0, endpoints.json gone, sockets closed, with a client connected', async () => {
    await using service = await Service.start(SIMULATED);
    const client = service.client();
    await client.identify();
    const { http, https } = service.endpoints;
    assert.equal(await service.stop('SIGTERM'), 0);
    assert.equal(existsSync(join(service.dataDirectory, 'endpoints.json')), false);
    assert.equal(await listens(portOf(http)), false);
    assert.equal(await listens(portOf(https)), false);
    client.close();
  });

  test('SIGINT, as Ctrl-C sends it, stops it as cleanly', async () => {
    await using service = await Service.start(SIMULATED);
    assert.equal(await service.stop('SIGINT'), 0);
    assert.equal(existsSync(join(service.dataDirectory, 'endpoints.json')), false);
  });

  test('what was defined is there after a restart, and after kill -9, on the same data directory', async () => {
    await using service = await Service.start(SIMULATED);
    const defined = (name: string) =>
      new VirtualMachines(service.client()).create({
        name,
        generation: 2,
        memoryMb: 512,
        processors: 1,
        disks: [],
        isos: [],
        switch: null,
        serial: null,
        secureBoot: true,
        notes: '',
      });
    const first = await defined('first');
    await service.stop('SIGTERM');
    await service.run();
    const second = await defined('second');
    await service.stop('SIGKILL');
    // A killed service leaves its file; the next one is told apart by its process id.
    assert.equal(existsSync(join(service.dataDirectory, 'endpoints.json')), true);
    await service.run();
    const machines = await new VirtualMachines(service.client()).list();
    assert.deepEqual(
      machines.map(({ id, name }) => [name, id]),
      [
        ['first', first],
        ['second', second],
      ],
    );
  });

  test('a second service on one data directory refuses and names the first; the first goes on', async () => {
    await using service = await Service.start(SIMULATED);
    const text = await refusal({}, service.dataDirectory);
    assert.match(text, new RegExp(`Another service \\(process ${service.pid}\\) uses the store`));
    assert.match(text, /another data directory/);
    assert.equal((await service.client().identify()).vendor, 'vsms');
    const endpoints = JSON.parse(readFileSync(join(service.dataDirectory, 'endpoints.json'), 'utf8')) as {
      pid: number;
    };
    assert.equal(endpoints.pid, service.pid);
  });

  test('a port in use: a refusal that names address and port, and no password lost by it', async () => {
    using directory = temporaryDirectory();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = (taken.address() as AddressInfo).port;
    try {
      const text = await refusal({ ...NO_PASSWORD, VSMS_HTTP_PORT: String(port) }, directory.path);
      assert.match(text, new RegExp(`cannot listen on 127\\.0\\.0\\.1.*${port}`));
    } finally {
      taken.close();
    }
    await using service = await start(NO_PASSWORD, directory.path);
    assert.match(service.output, /user "admin" has the password \S+/);
  });

  test('a place that cannot be used: a refusal that names it, without a stack, and nothing is left of the start', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'file');
    writeFileSync(file, '');
    const notADirectory = await refusal({}, join(file, 'x'));
    assert.match(notADirectory, /data directory .*\/file\/x cannot be used: ENOTDIR/);
    assert.match(notADirectory, /VSMS_DATA_DIR/);
    // A file system that takes no folders, and says of the one above that it is missing.
    assert.match(
      await refusal({}, '/proc/vsms/data'),
      /data directory \/proc\/vsms\/data cannot be used: .*VSMS_DATA_DIR/,
    );
    const record = await refusal({ VSMS_RECORD: join(file, 'record') }, join(directory.path, 'data'));
    assert.match(record, /ENOTDIR.*\/file\/record/);
    for (const text of [notADirectory, record]) assert.doesNotMatch(text, /\n +at /, 'a refusal, not a stack');
    assert.equal(existsSync(join(directory.path, 'data/endpoints.json')), false);
    // The same place once the reason is gone.
    await using service = await start({}, join(directory.path, 'data'));
    assert.equal((await service.client().identify()).vendor, 'vsms');
  });

  test('settings that cannot be used stop the start with exit code 2 and say where they were given', async () => {
    using directory = temporaryDirectory();
    const environment = { ...process.env, VSMS_DATA_DIR: directory.path, VSMS_CONFIG: '/nonexistent/vsms.toml' };
    const main = join(ROOT, 'src/daemon/main.ts');
    for (const [args, variables, expected] of [
      [['--no-such-setting=1'], {}, /no_such_setting/],
      [['--http_port'], {}, /--http_port needs a value/],
      [['serve'], {}, /"serve" is not a setting/],
      [[], { VSMS_HTTP_PORT: '70000' }, /http_port \(from the environment\)/],
      [[], { VSMS_HTTP_PORT: 'http' }, /http_port \(from the environment\): must be a port number/],
      [[], { VSMS_LISTEN: 'localhost' }, /listen \(from the environment\): must be an address/],
      [[], { VSMS_HYPERVISOR: 'xen' }, /hypervisor/],
    ] as const) {
      const failed = await run(process.execPath, [main, ...args], { env: { ...environment, ...variables } }).then(
        () => assert.fail('the service has started'),
        (error: unknown) => error as { code: number; stderr: string },
      );
      assert.equal(failed.code, 2, failed.stderr);
      assert.match(failed.stderr, expected);
      assert.doesNotMatch(failed.stderr, /\n +at /, 'a refusal, not a stack');
    }
  });
});

describe('passwords', () => {
  test('without one, the first start makes a random one, shows it once, and it works', async () => {
    await using service = await start(NO_PASSWORD);
    const password = shownPassword(service.output);
    assert.ok(password.length >= 16, 'not to be guessed');
    const client = (text: string) => new WsmanClient({ url: service.endpoints.http, user: 'admin', password: text });
    assert.ok(await client(password).first('SELECT * FROM Msvm_ComputerSystem'));
    await assert.rejects(client('admin').first('SELECT * FROM Msvm_ComputerSystem'), { status: 401 });
    await service.stop();
    const before = service.output.length;
    await service.run();
    const second = service.output.slice(before);
    assert.match(second, /vsms listens on/);
    assert.ok(!second.includes(password) && !second.includes('password'), 'not shown again');
    assert.ok(await client(password).first('SELECT * FROM Msvm_ComputerSystem'));
  });

  test('where the journal keeps what is printed, it is in a file for root alone, until the password is another one', async () => {
    // As systemd tells it: which file the journal reads from.
    const launcher = ['sh', '-c', 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/1) exec "$@"', 'sh'];
    await using service = await Service.start({ ...SIMULATED, environment: NO_PASSWORD, launcher });
    const file = join(service.dataDirectory, 'state/first-password');
    const password = readFileSync(file, 'utf8').trimEnd();
    assert.ok(password.length >= 16);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!service.output.includes(password));
    assert.match(service.output, new RegExp(`password of user "admin" is in ${file}`));
    const client = (text: string) => new WsmanClient({ url: service.endpoints.http, user: 'admin', password: text });
    assert.ok(await client(password).first('SELECT * FROM Msvm_ComputerSystem'));
    // It stays for whoever has not read it yet.
    await service.stop();
    await service.run();
    assert.equal(readFileSync(file, 'utf8').trimEnd(), password);
    const changed = await fetch(`${service.endpoints.http}/api/v1/password`, {
      method: 'POST',
      headers: { authorization: basic(password), 'content-type': 'application/json' },
      body: JSON.stringify({ current: password, new: 'Another-Passw0rd' }),
    });
    assert.ok(changed.ok, await changed.text());
    for (let tries = 0; existsSync(file) && tries < 3000; tries++) await sleep(10);
    assert.equal(existsSync(file), false);
    // One that a killed service has left behind, which holds no longer.
    await service.stop();
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    await service.run();
    assert.equal(existsSync(file), false);
    assert.ok(!service.output.includes(password));
  });

  test('VSMS_ADMIN_PASSWORD takes effect at the next start, and the old one ends', async () => {
    await using service = await start({ VSMS_ADMIN_PASSWORD: 'First-Passw0rd' });
    const query = async (password: string) =>
      service.client(undefined, { password }).first('SELECT * FROM Msvm_ComputerSystem');
    assert.ok(await query('First-Passw0rd'));
    await service.stop();
    service.reconfigure({ VSMS_ADMIN_PASSWORD: 'Second "Pässwörd"' });
    await service.run();
    assert.ok(await query('Second "Pässwörd"'));
    await assert.rejects(query('First-Passw0rd'), { status: 401 });
    // Without the variable the last one stays.
    await service.stop();
    service.reconfigure(NO_PASSWORD);
    await service.run();
    assert.ok(await query('Second "Pässwörd"'));
  });

  test('nobody has chosen a password: it does not listen off the loopback, at any start', async () => {
    using directory = temporaryDirectory();
    for (let attempt = 0; attempt < 2; attempt++) {
      const text = await refusal({ ...NO_PASSWORD, VSMS_LISTEN: '0.0.0.0' }, directory.path);
      assert.match(text, /does not listen on 0\.0\.0\.0/);
      assert.match(text, /VSMS_ADMIN_PASSWORD/);
      assert.equal(existsSync(join(directory.path, 'endpoints.json')), false);
    }
    await using service = await start({ VSMS_LISTEN: '0.0.0.0' }, directory.path);
    assert.match(service.output, /listens on http:\/\/0\.0\.0\.0:/);
  });

  test('nothing it says or writes for people holds a password, at the most talkative', async () => {
    await using service = await start({ VSMS_LOG_LEVEL: 'trace', VSMS_ADMIN_PASSWORD: 'Very-Secret-1' });
    const client = service.client(undefined, { password: 'Very-Secret-1' });
    await client.identify();
    const machines = new VirtualMachines(client);
    await assert.rejects(machines.request(await hostId(client), 2));
    await assert.rejects(
      service.client(undefined, { password: 'Wrong-Secret-2' }).first('SELECT * FROM Msvm_ComputerSystem'),
      { status: 401 },
    );
    await service.stop();
    for (const secret of ['Very-Secret-1', 'Wrong-Secret-2', basic('Very-Secret-1'), 'argon2', 'PRIVATE KEY']) {
      assert.ok(!service.output.includes(secret), `the log holds "${secret}"`);
    }
    assert.match(service.output, /"reason":/, 'the reason of a refusal is in the log');
  });

  test('nor tokens, cookies, tickets of consoles and key protectors, used and refused, at the most talkative', async () => {
    await using service = await start({ VSMS_LOG_LEVEL: 'trace' });
    const { http } = service.endpoints;
    const client = service.client();
    const rest = new Rest(service);
    const secrets = new Map<string, string>();
    const use = async (status: number, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<void> => {
      await rest.expect(status, '/session', { as: null, method, headers });
    };

    const body = { name: 'ci', role: 'viewer', expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    const { token } = (await rest.post(201, '/tokens', body)).body as { readonly token: string };
    secrets.set('a token', token.slice(-12));
    await use(200, { authorization: `Bearer ${token}` });
    const wrong = token.replace(/.{8}$/, 'Wr0ng-Tk');
    secrets.set('a wrong token', 'Wr0ng-Tk');
    await use(401, { authorization: `Bearer ${wrong}` });

    const session = await rest.expect(201, '/session', {
      as: null,
      method: 'POST',
      body: { user: 'admin', password: service.password },
    });
    const [cookie = ''] = (session.headers.get('set-cookie') ?? '').split(';');
    const { csrfToken } = session.body as { readonly csrfToken: string };
    secrets.set('a cookie', cookie.slice(cookie.indexOf('=') + 1)).set('a CSRF token', csrfToken);
    await use(200, { cookie });
    await use(403, { cookie, 'x-csrf-token': 'Wr0ng-Csrf' }, 'DELETE');
    await use(204, { cookie, 'x-csrf-token': csrfToken }, 'DELETE');
    await use(401, { cookie });
    secrets.set('a wrong CSRF token', 'Wr0ng-Csrf');

    const machines = new VirtualMachines(client);
    const id = await machines.create({
      name: 'one',
      generation: 2,
      memoryMb: 64,
      processors: 1,
      disks: [],
      isos: [],
      switch: null,
      serial: '\\\\.\\pipe\\one',
      secureBoot: false,
      notes: '',
    });
    const setting = await client.first(
      `SELECT * FROM Msvm_SecuritySettingData WHERE InstanceID LIKE 'Microsoft:${id}%'`,
    );
    const protector = Buffer.from('Key-Pr0tector');
    const KeyProtector = [...protector].map(String);
    const SecuritySettingData = settingsText('Msvm_SecuritySettingData', {
      InstanceID: String(setting?.properties['InstanceID']),
    });
    const security = { className: 'Msvm_SecurityService' };
    await client.run(security, 'SetKeyProtector', { SecuritySettingData, KeyProtector });
    const { out } = await client.run(security, 'GetKeyProtector', { SecuritySettingData });
    assert.deepEqual(out['KeyProtector'], KeyProtector);
    await assert.rejects(client.run(security, 'SetKeyProtector', { SecuritySettingData: 'none', KeyProtector }));
    secrets.set('a key protector', protector.toString()).set('its numbers', KeyProtector.join());
    secrets.set('its base64', protector.toString('base64')).set('its hex', protector.toString('hex'));

    await machines.request(id, 2);
    const wanted = { kind: 'serial', port: '8E3A359F-559A-4B6A-98A9-1690A6100ED7~0' };
    const { path, ticket } = (await rest.post(201, `/vms/${id}/console-tickets`, wanted)).body as {
      readonly path: string;
      readonly ticket: string;
    };
    secrets.set('a ticket', ticket).set('a wrong ticket', 'Wr0ng-Ticket');
    const dial = async (to: string): Promise<'open' | number> => {
      const socket = new WebSocket(`${http.replace('http', 'ws')}${to}`, 'binary', {
        headers: { authorization: basic(service.password) },
      });
      socket.on('error', () => undefined);
      const outcome = await Promise.race([
        once(socket, 'open').then(() => 'open' as const),
        once(socket, 'unexpected-response').then(([, answer]) => (answer as { statusCode: number }).statusCode),
      ]);
      socket.terminate();
      return outcome;
    };
    assert.equal(await dial(path), 'open');
    assert.notEqual(await dial(path), 'open', 'it is good once');
    assert.notEqual(await dial(path.replace(ticket, 'Wr0ng-Ticket')), 'open');
    // Asked for as a page, where the address is what a log would hold.
    await fetch(`${http}${path}`, { headers: { authorization: basic(service.password) } });

    client.close();
    await service.stop();
    const trail = join(service.dataDirectory, 'state/audit');
    const written = readdirSync(trail).map((name) => readFileSync(join(trail, name), 'utf8'));
    assert.match(written.join(''), /SetKeyProtector/, 'the trail knows that it was called');
    assert.match(service.output, /"reason":"no such token/, 'the reason of a refusal is in the log');
    for (const [what, secret] of secrets) {
      assert.ok(secret.length >= 8, what);
      assert.ok(!service.output.includes(secret), `the log holds ${what}`);
      assert.ok(!written.join('').includes(secret), `the audit trail holds ${what}`);
    }
  });

  test("the state directory is the service user's alone", async () => {
    await using service = await Service.start(SIMULATED);
    assert.equal(statSync(join(service.dataDirectory, 'state')).mode & 0o777, 0o700);
    assert.equal(statSync(join(service.dataDirectory, 'state/server.pem')).mode & 0o777, 0o600);
  });

  test('a start closes the state directory, and leaves the way of a running machine to its TPM (K23)', async () => {
    await using service = await Service.start(SIMULATED);
    const state = join(service.dataDirectory, 'state');
    await service.stop();
    chmodSync(state, 0o755);
    await service.run();
    assert.equal(statSync(state).mode & 0o777, 0o700);
    await service.stop();
    await run('setfacl', ['-m', 'u:65534:x', state]);
    await service.run();
    const { stdout } = await run('getfacl', ['-pcen', state]);
    assert.match(stdout, /^user:65534:--x\s+#effective:--x$/m);
  });
});

async function hostId(client: WsmanClient): Promise<string> {
  const host = await client.first("SELECT * FROM Msvm_ComputerSystem WHERE Caption = 'Hosting Computer System'");
  return String(host?.properties['Name'] ?? assert.fail('a host'));
}

describe('who may connect how (K1, K3)', () => {
  test('HTTPS with the self-signed certificate, trusted by its own PEM and by nothing else', async () => {
    await using service = await Service.start(SIMULATED);
    const url = service.endpoints.https;
    const ca = await service.certificate();
    for (const host of [url, url.replace('127.0.0.1', 'localhost')]) {
      assert.ok(await service.client(undefined, { url: host, ca }).first('SELECT * FROM Msvm_ComputerSystem'), host);
    }
    await assert.rejects(service.client(undefined, { url }).identify(), /self-signed/);
    // The next start shows the same one.
    await service.stop();
    await service.run();
    const again = service.client(undefined, { url: service.endpoints.https, ca });
    assert.equal((await again.identify()).vendor, 'vsms');
  });

  test('what no HTTP parser reads is answered alike by all four listeners', async () => {
    await using service = await start({});
    const { http, https, cimxml, cimxmls } = service.endpoints;
    const said = (url: string, text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const to = { port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false };
        const socket = url.startsWith('https') ? connectTls(to) : createConnection(to);
        let answer = '';
        socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
        socket.once('error', reject);
        socket.once('close', () => resolve(answer));
        socket.write(text);
      });
    for (const url of [http, https, cimxml, cimxmls]) {
      assert.match(await said(url, 'POST / NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 .*connection: close\r\n\r\n$/is, url);
      assert.match(await said(url, 'M-POST / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 405 .*allow: POST\r\n/is, url);
      const long = `POST / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`;
      assert.match(await said(url, long), /^HTTP\/1\.1 431 /i, url);
    }
  });

  test('allow_unencrypted never: 401 that offers no Basic on HTTP, whatever is sent; HTTPS takes it', async () => {
    await using service = await start({ VSMS_ALLOW_UNENCRYPTED: 'never' });
    for (const headers of [{}, { authorization: basic(service.password) }]) {
      const reply = await post(service.endpoints.http, headers);
      assert.equal(reply.status, 401);
      assert.doesNotMatch(reply.headers.get('www-authenticate') ?? '', /basic/i);
    }
    const secure = service.client(undefined, { url: service.endpoints.https, ca: await service.certificate() });
    assert.ok(await secure.first('SELECT * FROM Msvm_ComputerSystem'));
  });

  test('allow_unencrypted loopback, the default: Basic is offered and taken from loopback addresses', async () => {
    await using service = await Service.start(SIMULATED);
    const reply = await post(service.endpoints.http);
    assert.equal(reply.status, 401);
    assert.match(reply.headers.get('www-authenticate') ?? '', /Basic realm="WSMAN"/);
    assert.ok(await service.client().first('SELECT * FROM Msvm_ComputerSystem'));
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find((entry) => entry.family === 'IPv4' && !entry.internal)?.address;

  test('from another address: no Basic on HTTP, Basic on HTTPS; always: on both', async () => {
    // On a machine that has no other address there is no other client either.
    const address = outside ?? '127.0.0.1';
    for (const [allow, expected] of [
      ['loopback', outside === undefined ? 200 : 401],
      ['always', 200],
    ] as const) {
      await using service = await start({ VSMS_ALLOW_UNENCRYPTED: allow, VSMS_LISTEN: '0.0.0.0' });
      const headers = { authorization: basic(service.password) };
      const plain = await post(service.endpoints.http.replace('0.0.0.0', address), headers);
      assert.equal(plain.status, expected, allow);
      if (expected === 401) assert.doesNotMatch(plain.headers.get('www-authenticate') ?? '', /basic/i);
      const secure = service.client(undefined, {
        url: service.endpoints.https.replace('0.0.0.0', address),
        ca: await service.certificate(),
      });
      assert.ok(await secure.first('SELECT * FROM Msvm_ComputerSystem'), allow);
    }
  });

  test('wrong name, wrong password, no credentials, no account of that domain: 401 and nothing else', async () => {
    await using service = await Service.start(SIMULATED);
    for (const [user, password] of [
      ['admin', 'wrong'],
      ['nobody', service.password],
      ['OTHERDOMAIN\\admin', service.password],
      ['', ''],
    ] as const) {
      const error = await service
        .client(undefined, { user, password })
        .first('SELECT * FROM Msvm_ComputerSystem')
        .then(
          () => assert.fail(user),
          (reason: unknown) => reason,
        );
      assert.ok(error instanceof ConnectionError && error.status === 401, user);
    }
    for (const user of ['ADMIN', '.\\admin']) {
      assert.ok(await service.client(undefined, { user }).first('SELECT * FROM Msvm_ComputerSystem'), user);
    }
  });
});

/** A copy of the program that everybody can read, where the checkout itself lies in somebody's private directory. */
async function readableProgram(directory: string, user: { uid: number; gid: number }): Promise<string> {
  const main = join(ROOT, 'src/daemon/main.ts');
  const reads = await run('test', ['-r', main, '-a', '-x', process.execPath], user).then(
    () => true,
    () => false,
  );
  if (reads) return main;
  await cp(join(ROOT, 'src'), join(directory, 'src'), { recursive: true });
  await cp(join(ROOT, 'node_modules'), join(directory, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  await cp(join(ROOT, 'package.json'), join(directory, 'package.json'));
  return join(directory, 'src/daemon/main.ts');
}

describe('as an ordinary user', () => {
  // Who is no ordinary user borrows one: `nobody`, which has no home and owns nothing.
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

  for (const hypervisor of ['simulated', 'qemu'] as const) {
    test(`${hypervisor}: starts, defines, runs and stops a machine in a directory of its own`, async () => {
      using program = temporaryDirectory();
      chmodSync(program.path, 0o755);
      await using service = await Service.start({
        hypervisor,
        ...(isRoot ? { user, program: await readableProgram(program.path, user) } : {}),
        environment: { HOME: program.path },
      });
      assert.equal(statSync(join(service.dataDirectory, 'state/vsms.db')).uid, user.uid);
      const machines = new VirtualMachines(service.client());
      const id = await machines.create({
        name: 'ordinary',
        generation: 1,
        memoryMb: 32,
        processors: 1,
        disks: [],
        isos: [],
        switch: null,
        serial: null,
        secureBoot: false,
        notes: '',
      });
      await machines.request(id, 2);
      const machine = await machines.find(id);
      assert.equal(machine.state, 2);
      if (hypervisor === 'qemu') {
        assert.equal(statSync(`/proc/${machine.processId}`).uid, user.uid, 'its guests run as the same user');
      }
      await machines.request(id, 3);
      assert.equal((await machines.find(id)).state, 3);
    });
  }
});
