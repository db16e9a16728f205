import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { settingsText } from '../../src/client/settings-text.ts';
import { Service } from '../kit/service.ts';
import { noOwnNetwork } from '../kit/own-network.ts';
import { local, type Outcome, vsms, vsmsUnder } from './kit.ts';

const run = promisify(execFile);
const GUID = /[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/;

describe('commands against a service', () => {
  let service: Service;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    await mkdir(join(service.dataDirectory, 'drives/c/vm'), { recursive: true });
    for (const name of ['one.img', 'two.img', 'cd.iso']) {
      const file = join(service.dataDirectory, 'drives/c/vm', name);
      await writeFile(file, '');
      await truncate(file, 1 << 20);
    }
  });
  after(() => service[Symbol.asyncDispose]());

  const cli = (...args: readonly string[]): Promise<Outcome> => vsms(local(service), ...args);
  /** Standard output of a command that must succeed. */
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    assert.equal(stderr, '');
    return stdout.trimEnd();
  };
  const fails = async (code: number, pattern: RegExp, ...args: readonly string[]): Promise<void> => {
    const outcome = await cli(...args);
    assert.equal(outcome.code, code, `${args.join(' ')}: ${outcome.stdout}${outcome.stderr}`);
    assert.match(outcome.stderr, pattern);
    assert.doesNotMatch(outcome.stderr, /\n +at /, 'a text, not a stack');
  };

  test('vm create with every option; show and list in every format', async () => {
    const made = await ok(
      ...['vm', 'create', 'web 1', '--generation', '1', '--memory', '512', '--processors', '2'],
      ...['--disk', 'C:\\vm\\one.img', '--disk', 'C:\\vm\\two.img', '--iso', 'C:\\vm\\cd.iso'],
      ...['--switch', 'Default Switch', '--serial', '\\\\.\\pipe\\web1', '--notes', 'a note'],
    );
    assert.match(made, /^web 1 [0-9A-F-]{36}$/);
    const id = GUID.exec(made)?.[0] ?? assert.fail();
    assert.match(await ok('vm', 'list'), new RegExp(`^NAME +STATE +UPTIME +PID +ID\\nweb 1 +Off +00:00:00 +${id}`));
    assert.equal(await ok('vm', 'list', '-o', 'name'), 'web 1');
    const [listed] = JSON.parse(await ok('vm', 'list', '-o', 'json')) as unknown[];
    assert.deepEqual(listed, { id, name: 'web 1', state: 'Off', processId: null, onTimeMs: 0 });
    for (const name of ['web 1', id, id.toLowerCase()]) {
      assert.match(await ok('vm', 'show', name), new RegExp(`web 1 +Off .*${id}`));
    }
    const disks = await ok(
      'wql',
      `SELECT HostResource FROM Msvm_StorageAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${id}%'`,
    );
    assert.deepEqual(disks.match(/C:\\vm\\\w+\.\w+/g)?.toSorted(), [
      'C:\\vm\\cd.iso',
      'C:\\vm\\one.img',
      'C:\\vm\\two.img',
    ]);
    const [memory] = JSON.parse(
      await ok(
        'wql',
        '-o',
        'json',
        `SELECT VirtualQuantity FROM Msvm_MemorySettingData WHERE InstanceID LIKE 'Microsoft:${id}%'`,
      ),
    ) as [{ properties: unknown }];
    assert.deepEqual(memory.properties, { VirtualQuantity: '512' });
    assert.match(
      await ok('cim', 'get', 'Msvm_VirtualSystemSettingData', `InstanceID=Microsoft:${id}`),
      /^Notes: a note$/m,
    );
    await ok('vm', 'delete', 'web 1');
    assert.equal(await ok('vm', 'list', '-o', 'name'), '');
  });

  test('every change of state, each waited for; what the state forbids is 5 and says why', async () => {
    await ok('vm', 'create', 'power', '--serial', '\\\\.\\pipe\\power', '--no-secure-boot');
    await fails(
      5,
      /RequestStateChange answered 32775 \(invalid state for this operation\): .+/,
      'vm',
      'pause',
      'power',
    );
    await fails(5, /: "power" is off; this needs one that is running\.$/m, 'vm', 'pause', 'power');
    await fails(5, /: "power" is off already\.$/m, 'vm', 'stop', 'power');
    assert.equal(await ok('vm', 'start', 'power'), 'Running');
    await fails(5, /: "power" is running already\.$/m, 'vm', 'start', 'power');
    assert.equal(await ok('vm', 'pause', 'power'), 'Paused');
    assert.equal(await ok('vm', 'resume', 'power'), 'Running');
    assert.equal(await ok('vm', 'save', 'power'), 'Saved');
    assert.equal(await ok('vm', 'start', 'power'), 'Running');
    // What a guest says while nobody listens is lost: whoever comes late hears the next reset.
    const said = ok('vm', 'console', 'power', '--until', 'READY', '--timeout', '240');
    do assert.equal(await ok('vm', 'reset', 'power'), 'Running');
    while ((await Promise.race([said, sleep(10_000, null)])) === null);
    assert.match(await said, /VSMS-SIMULATED READY/);
    assert.equal(await ok('vm', 'restart', 'power'), 'Running');
    await fails(5, /32775.*: .+/, 'vm', 'delete', 'power');
    assert.equal(await ok('vm', 'stop', 'power'), 'Off');
    await fails(1, /is the machine running\?/, 'vm', 'console', 'power');
    for (const words of [
      ['vm', 'console', 'power'],
      ['vm', 'start', 'power', '--console'],
    ])
      await fails(2, /Run this there, or open the web console/, ...words, '--host', 'https://other.example:5986');
    assert.equal((JSON.parse(await ok('vm', 'show', 'power', '-o', 'json')) as [{ state: string }])[0].state, 'Off');
    const started = await ok('vm', 'start', 'power', '--console', '--until', 'READY', '--timeout', '30');
    assert.match(started, /VSMS-SIMULATED READY/);
    assert.equal(await ok('vm', 'shutdown', 'power'), 'Off');
    assert.equal(await ok('vm', 'delete', 'power'), 'power is deleted; its disks are kept.');
  });

  test('console: a text that does not come is 6; a machine without a pipe is 2; a refused start says its reason', async () => {
    await ok('vm', 'create', 'quiet', '--serial', '\\\\.\\pipe\\quiet');
    await ok('vm', 'create', 'mute');
    await fails(2, /COM1 of this machine is not connected; vsms vm set VM --serial/, 'vm', 'console', 'mute');
    const pipe = String.raw`\\.\pipe\spoke`;
    assert.equal(await ok('vm', 'set', 'mute', '--serial', pipe), 'mute is changed.');
    assert.match(await ok('vm', 'start', 'mute', '--console', '--until', 'READY', '--timeout', '240'), /READY/);
    await ok('vm', 'stop', 'mute');
    assert.match(await ok('vm', 'set', 'mute', '--serial', 'none', '--dry-run'), /- serial: .*spoke/);
    await ok('vm', 'set', 'mute', '--serial', 'none');
    await fails(2, /COM1 of this machine is not connected/, 'vm', 'console', 'mute');
    // Refused with what else was asked for: the port is what it was.
    await fails(2, /ElementName/, 'vm', 'set', 'mute', '--serial', pipe, '--name', '');
    await fails(2, /COM1 of this machine is not connected/, 'vm', 'console', 'mute');
    await fails(2, /whole number of seconds/, 'vm', 'console', 'quiet', '--timeout', 'soon');
    await fails(
      6,
      /has not said "never" within 1 s/,
      'vm',
      'start',
      'quiet',
      '--console',
      '--until',
      'never',
      '--timeout',
      '1',
    );
    await fails(5, /32775/, 'vm', 'start', 'quiet', '--console', '--until', 'never', '--timeout', '5');
    await fails(6, /has not said/, 'vm', 'console', 'quiet', '--until', 'never', '--timeout', '1');
    // Without a text to wait for, the end of the time is no failure.
    await ok('vm', 'console', 'quiet', '--timeout', '1');
    for (const name of ['quiet', 'mute']) {
      await cli('vm', 'stop', name);
      await ok('vm', 'delete', name);
    }
  });

  test('vm screenshot writes a PNG of the size asked for', async () => {
    const file = join(service.dataDirectory, 'screen.png');
    await ok('vm', 'create', 'screen');
    await fails(5, /GetVirtualSystemThumbnailImage answered 32775 \(invalid state/, 'vm', 'screenshot', 'screen', file);
    await ok('vm', 'start', 'screen');
    assert.equal(await ok('vm', 'screenshot', 'screen', file, '--width', '320', '--height', '200'), file);
    const png = await readFile(file);
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [320, 200]);
    await fails(3, /^vsms: \/nonexistent\/x\.png is not there\.$/m, 'vm', 'screenshot', 'screen', '/nonexistent/x.png');
    await ok('vm', 'stop', 'screen');
    await ok('vm', 'delete', 'screen');
  });

  test('a create that is refused leaves nothing behind', async () => {
    for (const [code, pattern, ...flags] of [
      [2, /32773 \(invalid parameter\): .*nothing\.vhdx/, '--disk', 'C:\\vm\\nothing.vhdx'],
      [3, /There is no virtual switch "no-switch"\./, '--switch', 'no-switch'],
      [2, /32773/, '--memory', '0'],
      [2, /--memory is a whole number/, '--memory', '1X'],
      [2, /--generation is 1 or 2/, '--generation', '3'],
      [2, /32773/, '--processors', '100000'],
    ] as const) {
      await fails(code, pattern, 'vm', 'create', 'refused', ...flags);
    }
    assert.equal(await ok('vm', 'list', '-o', 'name'), '');
  });

  test('not found is 3, two of one name is 2, wrong use is 2', async () => {
    await fails(3, /no virtual machine "nobody"/, 'vm', 'show', 'nobody');
    await fails(3, /no virtual machine/, 'vm', 'start', '00000000-0000-4000-8000-000000000000');
    await fails(3, /./, 'cim', 'get', 'Msvm_ComputerSystem', 'Name=nobody', 'CreationClassName=Msvm_ComputerSystem');
    await ok('vm', 'create', 'Twin');
    await fails(
      3,
      /no virtual machine "tiwn"\. Did you mean "Twin"\? vsms vm list shows what there is\.$/m,
      'vm',
      'start',
      'tiwn',
    );
    assert.equal((await cli('checkpoint', 'create', 'Twin', 'first')).code, 0);
    await fails(
      3,
      /no checkpoint "frist"\. Did you mean "first"\? vsms checkpoint list VM shows what there is\.$/m,
      'checkpoint',
      'delete',
      'Twin',
      'frist',
    );
    await fails(3, /no virtual switch "none"\. vsms switch list shows/, 'switch', 'delete', 'none');
    await ok('vm', 'delete', 'Twin');
    await ok('vm', 'create', 'twin');
    await ok('vm', 'create', 'twin');
    await fails(2, /2 virtual machines are named "twin"; give the id: /, 'vm', 'start', 'twin');
    for (const id of (await ok('vm', 'list')).match(new RegExp(GUID, 'g')) ?? []) await ok('vm', 'delete', id);
    for (const args of [
      ['vm', 'list', '-o', 'toml'],
      ['vm', 'fly', 'x'],
      ['vm', 'start'],
      ['vm', 'list', '--no-such-flag'],
      ['cim', 'get', 'Msvm_ComputerSystem', 'Name'],
      ['wql', 'SELECT garbage'],
      ['wql', 'DELETE FROM Msvm_ComputerSystem'],
    ]) {
      await fails(2, /./, ...args);
    }
    const all = JSON.parse(await ok('cim', 'enumerate', 'CIM_System', '-o', 'json')) as { className: string }[];
    assert.ok(
      all.some(({ className }) => className === 'Msvm_ComputerSystem'),
      'derived ones too',
    );
    const hosts = JSON.parse(
      await ok('cim', 'enumerate', 'Msvm_ComputerSystem', '--where', "Caption LIKE '%Host%'", '-o', 'json'),
    ) as object[];
    assert.equal(hosts.length, 1);
    await fails(2, /no name of a class/, 'cim', 'enumerate', 'Msvm_ComputerSystem WHERE 1=1');
    await fails(2, /Msvm_NoSuchClass/, 'cim', 'enumerate', 'Msvm_NoSuchClass');
    await fails(3, /There is no virtual switch "nope"\./, 'vm', 'create', 'x', '--switch', 'nope');
    await fails(2, /needs a name/, 'vm', 'create', '  ');
    await fails(3, /does not exist/, 'disk', 'resize', String.raw`C:\vm\none.vhdx`, '2G');
    await fails(3, /^vsms: There is no file \/none\/x\.vhdx\.$/m, 'disk', 'upload', '/none/x.vhdx', '/x');
    await fails(3, /Msvm_NoSuchClass/, 'cim', 'get', 'Msvm_NoSuchClass', 'InstanceID=x');
  });

  test('wql and cim: projections, associators, methods with and without waiting, arrays, references', async () => {
    const id = GUID.exec(await ok('vm', 'create', 'cim'))?.[0] ?? assert.fail();
    assert.equal(
      await ok('wql', `SELECT ElementName, EnabledState FROM Msvm_ComputerSystem WHERE Name = '${id}'`),
      'ElementName: cim\nEnabledState: 3',
    );
    const keys = ['--key', 'CreationClassName=Msvm_ComputerSystem', '--key', `Name=${id}`];
    const invoke = (...args: readonly string[]) => [
      'cim',
      'invoke',
      'Msvm_ComputerSystem',
      'RequestStateChange',
      ...keys,
      ...args,
    ];
    const waited = await ok(...invoke('--arg', 'RequestedState=2'));
    assert.match(waited, /^Job: Msvm_ConcreteJob\.InstanceID="[0-9A-F-]{36}"$/m);
    assert.match(waited, /^ReturnValue: 4096$/m);
    assert.match(await ok('vm', 'show', 'cim'), /Running/);
    await fails(5, /32775 \(invalid state/, ...invoke('--arg', 'RequestedState=2', '--no-wait'));
    assert.match(await ok(...invoke('--arg', 'RequestedState=3', '--no-wait')), /^ReturnValue: 4096$/m);
    await fails(2, /no input parameter/, ...invoke('--arg', 'NoSuchParameter=1'));
    await fails(2, /./, 'cim', 'invoke', 'Msvm_ComputerSystem', 'NoSuchMethod', ...keys);
    const formatted = await ok(
      ...['cim', 'invoke', 'Msvm_VirtualSystemManagementService', 'FormatError'],
      ...['--arg', `Errors=${settingsText('Msvm_Error', { Message: 'first' })}`],
      ...['--arg', `Errors=${settingsText('Msvm_Error', { Message: 'second' })}`],
    );
    assert.match(formatted, /first[\s\S]*second/);
    assert.match(
      await ok('wql', "SELECT State FROM Win32_Service WHERE Name = 'vmms'", '--namespace', 'root\\cimv2'),
      /^State: Running$/,
    );
    await cli('vm', 'stop', 'cim');
    await ok('vm', 'delete', 'cim');
  });

  test('names, notes and errors that try to rule the terminal are shown, not obeyed', async () => {
    // The service refuses control characters in names, not in notes; XML 1.0 carries C1 controls and direction marks.
    const name = 'c\u202ed e"\'<&>';
    const made = await service.client().run({ className: 'Msvm_VirtualSystemManagementService' }, 'DefineSystem', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { ElementName: name, Notes: ['x\u009by'] }),
    });
    assert.equal(made.returnValue, 0);
    const id = GUID.exec(await ok('vm', 'list'))?.[0] ?? assert.fail();
    const shown = 'c\\u202ed e"\'<&>';
    assert.ok((await ok('vm', 'list')).includes(shown));
    assert.equal(await ok('vm', 'list', '-o', 'name'), shown);
    const outputs = await Promise.all([
      ok('vm', 'show', id),
      ok('vm', 'list', '-o', 'json'),
      ok('wql', 'SELECT * FROM Msvm_VirtualSystemSettingData'),
      ok('wql', '-o', 'json', 'SELECT * FROM Msvm_ComputerSystem'),
      ok('cim', 'get', 'Msvm_VirtualSystemSettingData', `InstanceID=Microsoft:${id}`),
    ]);
    for (const output of outputs) assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    const refused = await cli('vm', 'show', 'x\u009b31m\u202ey');
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /"x\\x9b31m\\u202ey"/);
    assert.equal(await ok('vm', 'show', name, '-o', 'name'), shown);
    assert.ok((await ok('vm', 'delete', name)).startsWith(shown));
  });

  test('where the service is, who asks, whom to trust', async () => {
    const { http, https } = service.endpoints;
    const ca = join(service.dataDirectory, 'ca.pem');
    await writeFile(ca, await service.certificate());
    const bare = { VSMS_PASSWORD: service.password, VSMS_DATA_DIR: '/nonexistent' };
    for (const [environment, args] of [
      [bare, ['--host', http]],
      [bare, ['--host', https, '--ca', ca]],
      [bare, ['--host', https, '--insecure']],
      [{ ...bare, VSMS_HOST: http }, []],
      [{ VSMS_DATA_DIR: service.dataDirectory, VSMS_ADMIN_PASSWORD: service.password }, []],
      [{ VSMS_DATA_DIR: service.dataDirectory }, ['--user', 'admin', '--password', service.password]],
    ] as const) {
      const outcome = await vsms(environment, 'vm', 'list', ...args);
      assert.equal(outcome.code, 0, outcome.stderr);
    }
    for (const [code, pattern, environment, args] of [
      [4, /refused the user name or password/, { ...local(service), VSMS_PASSWORD: 'wrong' }, []],
      [4, /refused the user name or password/, local(service), ['--user', 'nobody']],
      [2, /No password for admin/, { VSMS_DATA_DIR: service.dataDirectory }, []],
      [2, /No password for admin/, { VSMS_ADMIN_PASSWORD: service.password }, ['--host', http]],
      [2, /No service runs here/, bare, []],
      [2, /is no address of a service/, bare, ['--host', 'nonsense']],
      [2, /cannot be read/, bare, ['--host', https, '--ca', '/nonexistent.pem']],
      [1, /self-signed/, bare, ['--host', https]],
      [1, /cannot be reached/, bare, ['--host', 'http://127.0.0.1:1']],
    ] as const) {
      const outcome = await vsms(environment, 'vm', 'list', ...args);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, pattern);
      assert.equal(outcome.stdout, '');
    }
  });

  test('a reader that stops in the middle is no failure', async () => {
    const main = join(import.meta.dirname, '../../src/cli/main.ts');
    const { stderr } = await run(
      'bash',
      ['-c', `"$0" "$1" wql "SELECT * FROM meta_class" -o json 2>&1 >/dev/stdout | head -c 1`, process.execPath, main],
      { env: { ...process.env, ...local(service), VSMS_CONFIG: '/nonexistent/vsms.toml' } },
    );
    assert.equal(stderr, '');
  });
});

describe('doctor and config', () => {
  test('doctor tells of a running service, of a stopped one, and of a simulated hypervisor', async () => {
    await using service = await Service.start({ hypervisor: 'simulated' });
    const environment = { ...local(service), VSMS_HYPERVISOR: 'simulated' };
    const running = await vsms(environment, 'doctor');
    assert.equal(running.code, 0, running.stdout);
    assert.match(
      running.stdout,
      new RegExp(`^ok +service: process ${service.pid} listens on ${service.endpoints.http}`, 'm'),
    );
    assert.match(running.stdout, /^note +hypervisor: simulated/m);
    assert.match(running.stdout, /^ok +data directory: .* GiB free$/m);
    await service.stop('SIGKILL');
    assert.match(
      (await vsms(environment, 'doctor')).stdout,
      /^note +service: not running; the last one did not end by itself/m,
    );
  });

  test('doctor says what is missing, how to get it, and fails', async () => {
    const { code, stdout } = await vsms(
      { VSMS_HYPERVISOR: 'simulated', VSMS_DATA_DIR: '/nonexistent/data', PATH: '/nonexistent' },
      'doctor',
    );
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^BAD +qemu-system-x86_64: not found; needed for running machines: apt-get install qemu-system-x86$/m,
    );
    assert.match(stdout, /^note +data directory: \/nonexistent\/data is made at first start$/m);
    assert.match(stdout, /^note +service: not running/m);
  });

  test('doctor tells what cannot be put around helpers here', async () => {
    const environment = { VSMS_HYPERVISOR: 'simulated', VSMS_DATA_DIR: '/nonexistent/data' };
    const { stdout } = await vsms(environment, 'doctor');
    assert.match(stdout, /^(ok|note) +helpers: /m);
    assert.doesNotMatch(stdout, /no filter of system calls/);
    const tools = await mkdtemp(join(tmpdir(), 'vsms-tools-'));
    try {
      // A host without perl.
      await writeFile(join(tools, 'perl'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
      const without = await vsms({ ...environment, PATH: `${tools}:${process.env['PATH']}` }, 'doctor');
      assert.match(
        without.stdout,
        /^note +helpers: .*no filter of system calls \(it needs perl.*All other bounds hold$/m,
      );
    } finally {
      await rm(tools, { recursive: true, force: true });
    }
  });

  test('doctor boots a guest with QEMU and tells which accelerator was chosen and why', async () => {
    const { code, stdout } = await vsms({ VSMS_DATA_DIR: '/nonexistent/data', VSMS_ACCELERATOR: 'tcg' }, 'doctor');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ok +QEMU: \d+\.\d+/m);
    assert.match(stdout, /^note +accelerator: tcg\. The configuration asks for TCG \(software emulation\)\.$/m);
  });

  test('doctor explains what auto chose', async (t) => {
    const environment = { VSMS_DATA_DIR: '/nonexistent/data', VSMS_ACCELERATOR: 'auto' };
    const { code, stdout } = await vsms(environment, 'doctor');
    assert.equal(code, 0, stdout);
    const fallsBack = (why: string): RegExp =>
      new RegExp(
        `^note +accelerator: tcg\\. KVM cannot be used here: ${why}\\. Guests run under TCG \\(software emulation\\), which is slower\\.$`,
        'm',
      );
    if (!existsSync('/dev/kvm')) return assert.match(stdout, fallsBack('there is no /dev/kvm on this host'));
    const kvm = /^ok +accelerator: kvm\. KVM works: a test guest booted in \d+ ms\.$/m;
    const without = fallsBack('(a test guest .+|the user .+|this user .+|QEMU cannot be started .+)');
    assert.equal(kvm.test(stdout), !without.test(stdout), stdout);
    const lack = noOwnNetwork();
    if (lack !== null) return t.diagnostic(`no other /dev/kvm is shown: ${lack}`);
    // A device that opens and is no KVM.
    const mounted = ['--mount', 'sh', '-c', 'mount --bind /dev/null /dev/kvm && exec "$0" "$@"'];
    const broken = await vsmsUnder(['unshare', ...mounted], environment, 'doctor');
    assert.equal(broken.code, 0, broken.stdout);
    assert.match(broken.stdout, fallsBack('a test guest failed \\(.+\\)'));
  });

  test('config prints what is in force, no password; an unusable setting is 2 and names itself', async () => {
    const { code, stdout } = await vsms({ VSMS_HTTP_PORT: '1234', VSMS_ADMIN_PASSWORD: 'Hidden-1' }, 'config');
    assert.equal(code, 0);
    const config = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(config['http_port'], 1234);
    assert.equal(config['admin_password'], '(set)');
    assert.ok(!stdout.includes('Hidden-1'));
    const wrong = await vsms({ VSMS_HTTP_PORT: 'many' }, 'config');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /http_port \(from the environment\)/);
  });

  test('config --origin tells where each setting was given', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vsms-origin-'));
    try {
      const file = join(directory, 'vsms.toml');
      const more = join(directory, 'conf.d/10-site.toml');
      await mkdir(join(directory, 'conf.d'));
      await writeFile(file, 'http_port = 1\nlisten = "0.0.0.0"\n');
      await writeFile(more, 'http_port = 2\n[paths.drives]\nE = "/srv/e"\n');
      const environment = { VSMS_CONFIG: file, VSMS_PATHS_STYLE: 'windows', VSMS_ADMIN_PASSWORD: 'Hidden-1' };
      const { code, stdout } = await vsms(environment, 'config', '--origin', '-o', 'json');
      assert.equal(code, 0);
      assert.ok(!stdout.includes('Hidden-1'));
      const rows = JSON.parse(stdout) as { setting: string; value: unknown; from: string }[];
      const told = (setting: string) => {
        const { value, from } = rows.find((row) => row.setting === setting) ?? assert.fail(setting);
        return [value, from];
      };
      assert.deepEqual(told('listen'), ['0.0.0.0', file]);
      assert.deepEqual(told('http_port'), [2, more]);
      assert.deepEqual(told('https_port'), [5986, 'the defaults']);
      assert.deepEqual(told('paths.drives.E'), ['/srv/e', more]);
      assert.deepEqual(told('paths.style'), ['windows', 'VSMS_PATHS_STYLE']);
      assert.deepEqual(told('admin_password'), ['(set)', 'VSMS_ADMIN_PASSWORD']);
      const table = (await vsms(environment, 'config', '--origin')).stdout;
      assert.match(table, /^SETTING +VALUE +FROM$/m);
      assert.match(table, /^http_port +2 +\S*10-site\.toml$/m);
      assert.match((await vsms(environment, 'config', '-o', 'yaml')).stdout, /^http_port: 2$/m);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('doctor -o json is what it says as a list; --version --json is for programs', async () => {
    const environment = { VSMS_HYPERVISOR: 'simulated', VSMS_DATA_DIR: '/nonexistent/data', PATH: '/nonexistent' };
    const { code, stdout } = await vsms(environment, 'doctor', '-o', 'json');
    assert.equal(code, 1);
    const findings = JSON.parse(stdout) as { verdict: string; what: string; text: string }[];
    const qemu = findings.find(({ what }) => what === 'qemu-system-x86_64');
    assert.equal(qemu?.verdict, 'bad');
    assert.match(qemu?.text ?? '', /apt-get install/);
    const version = JSON.parse((await vsms({}, '--version', '--json')).stdout) as Record<string, string>;
    assert.equal(`${version['version']}\n`, (await vsms({}, '--version')).stdout);
    assert.equal(version['node'], process.versions.node);
  });

  test('--help and --version are 0; no command is 2 with the help', async () => {
    const help = await vsms({}, '--help');
    assert.equal(help.code, 0);
    for (const word of ['vm', 'wql', 'cim', 'doctor', 'config'])
      assert.match(help.stdout, new RegExp(`^  ${word}\\b`, 'm'));
    assert.match((await vsms({}, '--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    const nothing = await vsms({});
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /Usage: vsms/);
  });
});
