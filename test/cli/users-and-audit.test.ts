import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WsmanClient } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { Service } from '../kit/service.ts';
import { local, type Outcome, vsms } from './kit.ts';

const SERVICE = 'Msvm_VirtualSystemManagementService';

/** What a terminal obeys, and JSON leaves as it is for the greater part. */
const HOSTILE = 'hostile\n\u0085\u009b2J\u007f\u2028\u202e\u061c';

const DELETE = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
  xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
  <s:Header>
    <a:To>http://localhost/wsman</a:To>
    <w:ResourceURI s:mustUnderstand="true">http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_VirtualSystemManagementService</w:ResourceURI>
    <a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
    <a:Action s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete</a:Action>
    <a:MessageID>uuid:3F2504E0-4F89-11D3-9A0C-0305E82C3301</a:MessageID>
    <w:SelectorSet><w:Selector Name="Name">vmms</w:Selector></w:SelectorSet>
  </s:Header>
  <s:Body/>
</s:Envelope>`;

describe('accounts, roles and the audit trail', () => {
  let service: Service;
  before(async () => (service = await Service.start({ hypervisor: 'simulated' })));
  after(() => service[Symbol.asyncDispose]());

  const cli = (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> =>
    vsms({ ...local(service), ...environment }, ...args);
  const ok = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(environment, ...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  const as = (user: string, password: string): WsmanClient =>
    new WsmanClient({ url: `${service.endpoints.http}/wsman`, user, password });
  const define = (client: WsmanClient): Promise<unknown> =>
    client.run({ className: SERVICE }, 'DefineSystem', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { ElementName: 'made' }),
    });

  test('accounts are made, changed and removed from the host itself', async () => {
    assert.equal(await ok({ VSMS_NEW_PASSWORD: 'Look-0001' }, 'user', 'set', 'eye'), 'eye is made.');
    assert.equal(
      await ok({ VSMS_NEW_PASSWORD: 'Hand-0001' }, 'user', 'set', 'hand', '--role', 'operator'),
      'hand is made.',
    );
    assert.equal(await ok({ VSMS_NEW_PASSWORD: 'Look-0002' }, 'user', 'set', 'EYE'), 'EYE has a new password.');
    assert.match(
      await ok({}, 'user', 'list'),
      /^NAME +ROLE +NTLM +CREATED\nadmin +administrator +no .*\neye +viewer +no/,
    );
    assert.deepEqual((await ok({}, 'user', 'list', '-o', 'name')).split('\n'), ['admin', 'eye', 'hand']);
  });

  test('a role decides at once, over the wire', async () => {
    const hand = as('hand', 'Hand-0001');
    await assert.rejects(define(hand), (error) => error instanceof MethodError && error.returnValue === 32769);
    assert.equal(await ok({}, 'user', 'role', 'hand', 'administrator'), 'hand is administrator now.');
    await define(hand);
    await ok({}, 'user', 'role', 'hand', 'viewer');
    await assert.rejects(define(hand), (error) => error instanceof MethodError && error.returnValue === 32769);
    assert.ok(await hand.first("SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'made'"), 'a viewer reads');
  });

  test('what takes an administrator and is no method is a fault for the others (K8)', async () => {
    const reply = await fetch(`${service.endpoints.http}/wsman`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from('eye:Look-0002').toString('base64')}`,
        'content-type': 'application/soap+xml;charset=UTF-8',
      },
      body: DELETE,
    });
    assert.equal(reply.status, 500);
    assert.match(await reply.text(), /AccessDenied.*Code="5"/s);
  });

  test('mistakes are refused with words', async () => {
    for (const [pattern, environment, ...args] of [
      [/last administrator/, {}, 'user', 'role', 'admin', 'viewer'],
      [/last administrator/, {}, 'user', 'remove', 'admin'],
      [/^vsms: role: it is administrator, operator or viewer\.$/m, {}, 'user', 'role', 'eye', 'king'],
      [/user name has/, { VSMS_NEW_PASSWORD: 'long enough' }, 'user', 'set', 'a b'],
      [/password/, { VSMS_NEW_PASSWORD: '' }, 'user', 'set', 'new'],
      [/password: it is too short, use at least 8 characters/, { VSMS_NEW_PASSWORD: '1234567' }, 'user', 'set', 'new'],
    ] as const) {
      const { code, stderr } = await cli(environment, ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, pattern);
    }
    for (const args of [
      ['role', 'nobody', 'viewer'],
      ['remove', 'nobody'],
    ]) {
      const { code, stderr } = await cli({}, 'user', ...args);
      assert.equal(code, 3, args.join(' '));
      assert.match(stderr, /There is no account "nobody"\./);
    }
  });

  test('a removed account is out at once', async () => {
    const eye = as('eye', 'Look-0002');
    await eye.first('SELECT Name FROM Msvm_ComputerSystem');
    await ok({}, 'user', 'remove', 'eye');
    await assert.rejects(eye.first('SELECT Name FROM Msvm_ComputerSystem'));
  });

  test('A-039, A-040 the trail tells who did what, and no secret', async () => {
    await assert.rejects(as('admin', 'Guess-123').first('SELECT Name FROM Msvm_ComputerSystem'));
    await assert.rejects(as(HOSTILE, 'Guess-123').first('SELECT Name FROM Msvm_ComputerSystem'));
    await as('admin', service.password).first('SELECT Name FROM Msvm_ComputerSystem');
    await service.stop();
    const text = await ok({}, 'audit', 'list');
    assert.match(text, /login +\S+\\hand from \S+ by http: log-in by Basic -> ok/);
    assert.match(text, /denied .*admin from \S+ by http: log-in by Basic -> wrong name or password/);
    assert.match(text, /denied .*\\hand from \S+ by wsman: Msvm_VirtualSystemManagementService.DefineSystem -> 32769/);
    assert.match(text, /change .*\\hand .*DefineSystem -> ok .*Msvm_ComputerSystem\.CreationClassName/);
    assert.match(text, /change .*\\hand .*DefineSystem -> ok "[^"]+" /);
    assert.match(text, /denied .*\\eye .*deleteInstance -> accessDenied .*Msvm_VirtualSystemManagementService/);
    assert.match(text, /change local administrator from local by control: user set -> ok eye/);
    for (const name of ['admin', 'nobody'])
      assert.match(
        text,
        new RegExp(`change local administrator from local by control: user remove -> refused ${name}`),
      );
    assert.doesNotMatch(text, /GetSummaryInformation|execQuery/, 'reads leave no trace');
    for (const secret of ['Guess-123', 'Look-0001', 'Look-0002', 'Hand-0001', service.password])
      assert.ok(!text.includes(secret), `${secret} is in the trail`);
    const json = (await ok({}, 'audit', 'list', '-o', 'json', '--kind', 'denied', '--who', 'hand')).split('\n');
    assert.ok(json.length >= 2 && json.every((line) => (JSON.parse(line) as { kind: string }).kind === 'denied'));
    const hostile = await ok({}, 'audit', 'list', '-o', 'json', '--who', 'hostile');
    assert.equal((JSON.parse(hostile) as { who: string }).who, HOSTILE);
    for (const format of ['json', 'list', 'table', 'yaml', 'csv'])
      assert.doesNotMatch(
        await ok({}, 'audit', 'list', '-o', format),
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u2028\u202e]/,
        format,
      );
    const denied = ['audit', 'list', '--kind', 'denied', '--who', 'hand'] as const;
    assert.match(
      await ok({}, ...denied, '-o', 'table'),
      /^TIME +KIND +WHO +FROM +WHAT +RESULT\n\S+ +denied +\S+\\hand /,
    );
    const csv = (await ok({}, ...denied, '-o', 'csv')).split('\n');
    assert.equal(csv[0], 'TIME,KIND,WHO,FROM,PROTOCOL,WHAT,RESULT,OBJECTS,REQUEST,SEQ');
    assert.equal(csv.length, json.length + 1);
    assert.match(await ok({}, ...denied, '-o', 'yaml'), /^- .*\n(?: .*\n)*? +kind: denied$/m);
    assert.match(await ok({}, ...denied, '-o', 'name'), /^\d+(\n\d+)*$/);
    assert.equal(await ok({}, 'audit', 'list', '--since', '2999-01-01'), '');
  });

  test('verify says whether the trail is whole, and a changed end keeps the service from starting', async () => {
    const [, head = ''] = /unchanged\. Head: (\S+)$/.exec(await ok({}, 'audit', 'verify')) ?? assert.fail('no head');
    await ok({}, 'audit', 'verify', '--head', head);
    const folder = join(service.dataDirectory, 'state/audit');
    const [name = ''] = await readdir(folder);
    const file = join(folder, name);
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [...lines.slice(0, 1), ...lines.slice(2)].join('\n'));
    const removed = await cli({}, 'audit', 'verify');
    assert.equal(removed.code, 1);
    assert.match(removed.stderr, /line 2: it is record 3 where 2 belongs/);
    await writeFile(file, lines.slice(0, -2).join('\n').concat('\n'));
    assert.equal((await cli({}, 'audit', 'verify', '--head', head)).code, 1);
    await writeFile(file, lines.join('\n').replace(/"result":"[^"]*"(?=[^\n]*\n$)/, '"result":"changed"'));
    await assert.rejects(service.run(), /audit trail .* damaged or was changed/);
    await writeFile(file, lines.join('\n'));
    await service.run();
  });
});
