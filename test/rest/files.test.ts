import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

describe('files, images, exports and imports over REST', () => {
  let service: Service;
  let rest: Rest;
  let images: string;
  const at = (name: string): string => encodeURIComponent(join(images, name));
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    images = join(service.dataDirectory, 'images');
    mkdirSync(images);
  });
  after(() => service[Symbol.asyncDispose]());

  const put = (name: string, body: Buffer, headers: Record<string, string> = {}) =>
    rest.ask(`/files/content?path=${at(name)}`, { method: 'PUT', body, headers });
  const leftOvers = (): string[] => readdirSync(images).filter((name) => name.startsWith('.'));

  test('an upload is checked by the SHA-256 that comes with it; one that does not fit leaves nothing', async () => {
    const content = randomBytes(300_000);
    const sha256 = createHash('sha256').update(content);
    const [hex, base64] = [sha256.copy().digest('hex'), sha256.digest('base64')];
    const fits = { 'repr-digest': `sha-512=:AAAA:, sha-256=:${base64}:`, 'content-digest': `sha-256=:${base64}:` };
    const kept = await put('kept.raw', content, fits);
    assert.deepEqual([kept.status, kept.body.sha256], [201, hex]);
    assert.equal(kept.headers.get('repr-digest'), `sha-256=:${base64}:`);
    assert.deepEqual(readFileSync(join(images, 'kept.raw')), content);
    // Told without having been said.
    assert.equal((await put('plain.raw', content)).body.sha256, hex);
    for (const header of ['repr-digest', 'content-digest']) {
      const { status, body } = await put('changed.raw', Buffer.concat([content.subarray(1), Buffer.from('x')]), {
        [header]: `sha-256=:${base64}:`,
      });
      assert.deepEqual([status, body.code], [400, 'invalid-parameter']);
      assert.match(body.detail, new RegExp(`${hex} was announced: it was changed on the way`));
    }
    const other = createHash('sha256').digest('base64');
    for (const headers of [
      { 'repr-digest': 'sha-256=abc' },
      { 'repr-digest': 'sha-256=:AAAA:' },
      { 'repr-digest': `sha-256=:${base64}:`, 'content-digest': `sha-256=:${other}:` },
    ] as Record<string, string>[])
      assert.equal((await put('changed.raw', content, headers)).body.code, 'invalid-request');
    assert.ok(!readdirSync(images).includes('changed.raw'));
    assert.deepEqual(leftOvers(), []);
    for (const name of ['kept.raw', 'plain.raw']) rmSync(join(images, name));
  });

  test('a file that becomes shorter while it is downloaded ends the connection: the next answer is not taken for its rest', async () => {
    const file = join(images, 'shrinks.raw');
    writeFileSync(file, '');
    truncateSync(file, 1 << 28);
    const { hostname, port } = new URL(rest.base);
    const socket = connect(Number(port), hostname);
    const head = `Host: ${hostname}:${port}\r\nAuthorization: Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`;
    socket.write(`GET /api/v1/files/content?path=${at('shrinks.raw')} HTTP/1.1\r\n${head}\r\n\r\n`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    assert.match(first.toString('latin1'), /^HTTP\/1\.1 200 /);
    socket.pause();
    truncateSync(file, 1 << 20);
    socket.write(`GET /api/v1/session HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\n`);
    let [rest_, came] = ['', first.length];
    for await (const piece of socket as AsyncIterable<Buffer>) {
      rest_ += piece.toString('latin1').replaceAll('\0', '');
      came += piece.length;
    }
    assert.equal(rest_, '');
    assert.ok(came < 1 << 28);
    rmSync(file);
  });

  test('browse: the roots, then only what a client may name', async () => {
    const { body: roots } = await rest.expect(200, '/files');
    assert.ok(roots.items.some(({ path }: { path: string }) => path === service.dataDirectory));
    mkdirSync(join(images, 'folder'));
    writeFileSync(join(images, 'a.VHDX'), 'x');
    writeFileSync(join(images, 'b.iso'), 'x');
    writeFileSync(join(images, 'c.txt'), 'x');
    symlinkSync('/etc', join(images, 'out'));
    symlinkSync('/etc/passwd', join(images, 'passwd'));
    symlinkSync('/dev/null', join(images, 'null'));
    symlinkSync(join(images, 'b.iso'), join(images, 'link.iso'));
    execFileSync('mkfifo', [join(images, 'fifo')]);
    const { body } = await rest.expect(200, `/files?path=${encodeURIComponent(images)}`);
    assert.deepEqual(
      body.items.map((each: Record<string, unknown>) => [each['name'], each['kind'], each['type']]),
      [
        ['folder', 'folder', null],
        ['a.VHDX', 'file', 'disk'],
        ['b.iso', 'file', 'iso'],
        ['c.txt', 'file', 'other'],
        ['link.iso', 'file', 'iso'],
      ],
    );
    assert.equal(body.parent, service.dataDirectory);
    assert.ok(body.freeBytes > 0);
    const { body: above } = await rest.expect(200, `/files?path=${encodeURIComponent(service.dataDirectory)}`);
    assert.equal(above.parent, null);
    assert.ok(!above.items.some(({ name }: { name: string }) => name === 'state'), 'the state directory is not told');
    for (const path of [
      '/',
      '/etc',
      '/etc/passwd',
      join(images, 'out'),
      join(images, '..', 'state'),
      'x',
      '/proc/self',
      String.raw`\\h\s`,
    ])
      assert.ok([400, 404].includes((await rest.ask(`/files?path=${encodeURIComponent(path)}`)).status), path);
    const { body: page } = await rest.expect(200, `/files?path=${encodeURIComponent(images)}&limit=2`);
    const { body: rest_ } = await rest.expect(200, `/files?path=${encodeURIComponent(images)}&cursor=${page.next}`);
    assert.deepEqual([...page.items, ...rest_.items], body.items);
  });

  test('a folder is made in one that is there, by both styles of paths, and only where clients may', async () => {
    const make = (path: string) => rest.ask('/files/folders', { method: 'POST', body: { path } });
    const path = join(images, 'made here');
    const made = await make(path);
    assert.deepEqual([made.status, made.body], [201, { path }]);
    const found = statSync(path);
    assert.ok(found.isDirectory());
    assert.equal(found.mode & 0o777, 0o750);
    assert.deepEqual((await rest.expect(200, `/files?path=${encodeURIComponent(path)}`)).body.items, []);
    mkdirSync(join(service.dataDirectory, 'drives/c/Exports'), { recursive: true });
    assert.equal((await make(String.raw`c:\exports\New Folder`)).status, 201);
    assert.ok(statSync(join(service.dataDirectory, 'drives/c/Exports/New Folder')).isDirectory());
    for (const [taken, code] of [
      [path, 'already-exists'],
      [String.raw`C:\Exports\NEW FOLDER`, 'already-exists'],
      [join(images, 'c.txt'), 'invalid-parameter'],
      [join(images, 'c.txt', 'below'), 'invalid-parameter'],
      [join(images, 'none', 'below'), 'invalid-parameter'],
      [join(images, 'out', 'vsms-made'), 'invalid-parameter'],
      [join(images, '..', 'state', 'made'), 'invalid-parameter'],
      ['/etc/vsms-made', 'invalid-parameter'],
      ['relative', 'invalid-parameter'],
      [`${images}/${'x'.repeat(300)}`, 'invalid-parameter'],
    ] as const) {
      const { status, body } = await make(taken);
      assert.ok(status === 400 || status === 404 || status === 409, `${taken}: ${status}`);
      assert.equal(body.code === 'not-found' ? 'invalid-parameter' : body.code, code, taken);
      assert.notEqual(body.detail, '', taken);
    }
    assert.ok(!existsSync('/etc/vsms-made'));
    assert.ok(!existsSync(join(images, 'none')));
    const { body: audit } = await rest.expect(200, '/audit?limit=1000');
    const told = JSON.stringify(audit.items.filter(({ what }: { what: string }) => what === 'make folder'));
    assert.ok(told.includes('made here'), told);
  });

  test('a raw image becomes a qcow2 disk, and a blank one is made: told by the endings of their names', async () => {
    const path = join(images, 'source.img');
    writeFileSync(path, Buffer.alloc(4 << 20, 3));
    const to = join(images, 'converted.qcow2');
    const { body } = await rest.post(201, '/images/convert', { path, to });
    assert.deepEqual([body.format, body.type, body.sizeBytes], ['qcow2', 'dynamic', 4 << 20]);
    execFileSync('qemu-img', ['compare', '-q', '-f', 'raw', '-F', 'qcow2', path, to]);
    const made = await rest.post(201, '/images', { path: join(images, 'blank.qcow2'), sizeBytes: 1 << 30 });
    assert.deepEqual([made.body.format, made.body.sizeBytes], ['qcow2', 1 << 30]);
    const vhd = await rest.post(201, '/images', { path: join(images, 'blank.vhd'), sizeBytes: 8 << 20 });
    assert.equal(vhd.body.format, 'vhd');
    assert.equal((await rest.expect(200, `/images?path=${at('source.img')}`)).body.format, 'other');
    for (const name of ['source.img', 'converted.qcow2', 'blank.qcow2', 'blank.vhd']) rmSync(join(images, name));
  });

  test('upload and download: what went in comes out, whole or in part; nothing is replaced', async () => {
    const content = randomBytes(3_000_001);
    const { body } = await put('up.iso', content).then((answer) => {
      assert.equal(answer.status, 201, answer.text);
      return answer;
    });
    assert.equal(body.sizeBytes, content.length);
    assert.deepEqual(readFileSync(join(images, 'up.iso')), content);
    const headers = { authorization: `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}` };
    const get = async (range?: string, ifRange?: string) => {
      const url = `${rest.base}/api/v1/files/content?path=${at('up.iso')}`;
      const answer = await fetch(url, {
        headers: {
          ...headers,
          ...(range === undefined ? {} : { range }),
          ...(ifRange === undefined ? {} : { 'if-range': ifRange }),
        },
      });
      return {
        status: answer.status,
        etag: answer.headers.get('etag') ?? '',
        range: answer.headers.get('content-range'),
        bytes: Buffer.from(await answer.arrayBuffer()),
      };
    };
    assert.deepEqual((await get()).bytes, content);
    const part = await get('bytes=1000-1999');
    assert.deepEqual([part.status, part.range], [206, `bytes 1000-1999/${content.length}`]);
    assert.deepEqual(part.bytes, content.subarray(1000, 2000));
    assert.equal((await get('bytes=1000-1999', part.etag)).status, 206, 'a download goes on');
    const another = await get('bytes=1000-1999', '"of another file"');
    assert.deepEqual([another.status, another.bytes.length], [200, content.length], 'it begins anew');
    const known = async (tag: string) =>
      (
        await fetch(`${rest.base}/api/v1/files/content?path=${at('up.iso')}`, {
          headers: { ...headers, 'if-none-match': tag },
        })
      ).status;
    assert.deepEqual([await known(part.etag), await known('"another"')], [304, 200]);
    const head = async (more: Record<string, string>) => {
      const url = `${rest.base}/api/v1/files/content?path=${at('up.iso')}`;
      const answer = await fetch(url, { method: 'HEAD', headers: { ...headers, ...more } });
      const names = ['content-length', 'content-type', 'accept-ranges', 'etag'];
      return [answer.status, await answer.text(), ...names.map((name) => answer.headers.get(name))];
    };
    const whole = [200, '', String(content.length), 'application/octet-stream', 'bytes', part.etag];
    assert.deepEqual(await head({}), whole);
    assert.deepEqual(await head({ range: 'bytes=0-1' }), whole, 'a range is of GET alone');
    assert.deepEqual(await head({ 'if-none-match': part.etag }), [304, '', null, null, null, part.etag]);
    assert.deepEqual((await get('bytes=-5')).bytes, content.subarray(-5));
    assert.deepEqual((await get(`bytes=${content.length - 2}-`)).bytes, content.subarray(-2));
    const behind = await get(`bytes=${content.length}-`);
    assert.deepEqual([behind.status, behind.range], [416, `bytes */${content.length}`]);
    assert.equal((await get('bytes=-0')).status, 416);
    assert.equal((await get('bytes=5-2')).status, 200, 'no range at all');
    assert.equal((await put('up.iso', Buffer.from('other'))).body.code, 'already-exists');
    assert.deepEqual(readFileSync(join(images, 'up.iso')), content);
    assert.equal((await put('empty.raw', Buffer.alloc(0))).status, 201);
    assert.deepEqual(leftOvers(), []);
  });

  test('upload: only where clients may write, only what fits, and never half', async () => {
    for (const name of [
      '../state/x.iso',
      '../../x.iso',
      'out/x.iso',
      'nowhere/x.iso',
      'folder',
      '.',
      'a\0b',
      'x'.repeat(300),
    ]) {
      const { status } = await put(name, Buffer.from('x'));
      assert.ok(status >= 400 && status < 500, `${name}: ${status}`);
    }
    /** An upload that says one length and ends after another, or breaks off. */
    const broken = (said: number, sent: number, finish: boolean): Promise<number> =>
      new Promise((resolve) => {
        const upload = request(`${rest.base}/api/v1/files/content?path=${at('half.iso')}`, {
          method: 'PUT',
          agent: false,
          headers: {
            authorization: `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`,
            'content-length': said,
          },
        });
        upload.on('response', (answer) => {
          resolve(answer.statusCode ?? 0);
          upload.destroy();
        });
        upload.on('error', () => resolve(0));
        upload.on('close', () => resolve(0));
        upload.write(Buffer.alloc(sent), () => {
          if (finish) upload.end();
          else upload.destroy();
        });
      });
    assert.equal(await broken(1 << 20, 1 << 10, false), 0);
    assert.equal(await broken(2 ** 52, 10, false).then((status) => status === 0 || status === 507), true);
    const huge = await rest.ask(`/files/content?path=${at('half.iso')}`, {
      method: 'PUT',
      body: Buffer.from('x'),
      headers: { 'content-encoding': 'gzip' },
    });
    assert.equal(huge.body.code, 'unsupported-media-type');
    // The service notices the end of a connection a moment later.
    for (let n = 0; n < 1500 && leftOvers().length > 0; n++) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(leftOvers(), []);
    assert.ok(!readdirSync(images).includes('half.iso'));
    writeFileSync(join(images, '.vsms-upload-0123456789abcdef'), 'left by a service that was killed');
    utimesSync(join(images, '.vsms-upload-0123456789abcdef'), 0, 0);
    assert.equal((await put('after.iso', Buffer.from('x'))).status, 201);
    assert.deepEqual(leftOvers(), []);
  });

  test('images: made, looked at, resized, converted', async () => {
    const path = join(images, 'new.vhdx');
    const { body } = await rest.post(201, '/images', { path, sizeBytes: 64 << 20 });
    assert.deepEqual(
      [body.path, body.format, body.type, body.sizeBytes, body.parentPath, body.inUse],
      [path, 'vhdx', 'dynamic', 64 << 20, null, false],
    );
    const child = join(images, 'child.vhdx');
    const made = (await rest.post(201, '/images', { path: child, type: 'differencing', parentPath: path })).body;
    assert.match(made.parentPath, /new\.vhdx$/);
    const copy = join(images, 'copy.vhd');
    assert.deepEqual(
      Object.values(
        (await rest.post(201, '/images/convert', { path: child, to: copy, format: 'vhd', type: 'fixed' })).body,
      ).slice(1, 4),
      ['vhd', 'fixed', 64 << 20],
    );
    assert.equal(
      (await rest.post(200, '/images/resize', { path: copy, sizeBytes: 128 << 20 })).body.sizeBytes,
      128 << 20,
    );
    await rest.post(204, '/images/validate', { path: child });
    await rest.post(200, '/images/compact', { path });
    assert.equal((await rest.post(400, '/images/compact', { path: copy })).body.code, 'invalid-parameter');
    assert.equal((await rest.post(400, '/images', { path, sizeBytes: 0 })).body.code, 'invalid-request');
    for (const bad of ['/etc/passwd', join(images, 'nothing.vhdx')])
      assert.ok((await rest.ask(`/images?path=${encodeURIComponent(bad)}`)).status >= 400);
    const again = await rest.ask('/images', { method: 'POST', body: { path, sizeBytes: 64 << 20 } });
    assert.ok(again.status === 400 || again.status === 409 || again.status === 500, again.text);
    assert.equal((await rest.expect(200, `/images?path=${encodeURIComponent(path)}`)).body.sizeBytes, 64 << 20);
    for (const each of [path, child, copy]) rmSync(each);
  });

  test('images: a chain merged into its parent or a new file, a parent that was moved, none of it under a running machine', async () => {
    const file = (name: string): string => join(images, name);
    const [base, top, moved] = [file('base.vhdx'), file('top.vhdx'), file('moved.vhdx')];
    const look = async (path: string) => (await rest.ask(`/images?path=${encodeURIComponent(path)}`)).body;
    const guest = randomBytes(4 << 20);
    writeFileSync(file('guest.raw'), guest);
    await rest.post(201, '/images/convert', { path: file('guest.raw'), to: base });
    await rest.post(201, '/images', { path: top, type: 'differencing', parentPath: base });
    const content = async (path: string): Promise<Buffer> => {
      const to = file('content.raw');
      execFileSync('qemu-img', ['convert', '-O', 'raw', path, to]);
      const bytes = readFileSync(to);
      rmSync(to);
      return bytes;
    };

    const whole = file('whole.vhdx');
    const { body: made } = await rest.post(200, '/images/merge', { path: top, into: whole, newFile: true });
    assert.deepEqual([made.path, made.parentPath, made.type], [whole, null, 'dynamic']);
    assert.deepEqual(await content(whole), guest);
    assert.ok(existsSync(top), 'a chain that is merged into a new file stays');
    assert.equal((await rest.post(400, '/images/merge', { path: top, into: top })).body.code, 'invalid-parameter');
    assert.match((await rest.post(400, '/images/merge', { path: top, into: whole })).body.detail, /is no parent/);
    for (const there of [base, whole]) {
      const kept = await rest.post(409, '/images/merge', { path: top, into: there, newFile: true });
      assert.equal(kept.body.code, 'already-exists');
    }
    assert.ok(existsSync(top), 'it is not merged into the parent that was to be a new file');

    renameSync(base, moved);
    assert.match(
      (await rest.ask('/images/compact', { method: 'POST', body: { path: top } })).body.detail,
      /base\.vhdx/,
    );
    const again = (body: object) => rest.ask('/images/set-parent', { method: 'POST', body: { path: top, ...body } });
    const stranger = await again({ parentPath: whole });
    assert.ok(stranger.status >= 400, stranger.text);
    assert.match(stranger.body.detail, /is not the disk that/);
    assert.equal((await again({ parentPath: file('nothing.vhdx') })).status, 409);
    const back = await again({ parentPath: moved });
    assert.deepEqual([back.status, back.body.parentPath], [200, moved]);

    const { body: vm } = await rest.post(201, '/vms', { name: 'has it', disks: [{ path: top }] });
    await rest.post(200, `/vms/${vm.id}/start`);
    for (const [route, body] of [
      ['merge', { path: top, into: moved }],
      ['set-parent', { path: top, parentPath: moved }],
      ['compact', { path: top }],
    ] as const) {
      const refused = await rest.ask(`/images/${route}`, { method: 'POST', body });
      assert.deepEqual([route, refused.status >= 400], [route, true]);
      assert.match(refused.body.detail, /in use by 'has it'\. Turn that virtual machine off first/, route);
    }
    await rest.post(200, `/vms/${vm.id}/stop`);
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });

    const { body: merged } = await rest.post(200, '/images/merge', { path: top, into: moved });
    assert.deepEqual([merged.path, merged.parentPath], [moved, null]);
    assert.ok(!existsSync(top), 'what was merged is gone');
    assert.deepEqual(await content(moved), guest);
    assert.equal((await look(top)).code, 'file-in-use');
    for (const each of [moved, whole, file('guest.raw')]) rmSync(each);
  });

  test('a machine goes out by an export and comes back by a plan', async () => {
    const disk = join(images, 'moved.vhdx');
    await rest.post(201, '/images', { path: disk, sizeBytes: 64 << 20 });
    const { body: vm } = await rest.post(201, '/vms', { name: 'moved', notes: 'far away', disks: [{ path: disk }] });
    const directory = join(service.dataDirectory, 'exports');
    await rest.post(204, `/vms/${vm.id}/export`, { directory });
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });
    const definitionFile = join(directory, 'moved/Virtual Machines', `${vm.id}.vmcx`);
    const { body: told } = await rest.expect(200, `/definitions?path=${encodeURIComponent(definitionFile)}`);
    assert.deepEqual([told.id, told.name, told.notes], [vm.id, 'moved', 'far away']);
    const { body: plan } = await rest.post(201, '/plans', { definitionFile });
    assert.deepEqual(
      [plan.id, plan.name, plan.generation, plan.saved, plan.missingCheckpoints],
      [vm.id, 'moved', 2, false, []],
    );
    assert.deepEqual((await rest.expect(200, '/plans')).body.items, [plan]);
    const { body: devices } = await rest.expect(200, `/plans/${plan.id}/devices`);
    const [drive] = devices.disks;
    const wrong = join(images, 'nowhere.vhdx');
    const moved = await rest.ask(`/plans/${plan.id}/disks/${drive.id}`, { method: 'PATCH', body: { path: wrong } });
    assert.equal(moved.body.path, wrong, moved.text);
    const { body: found } = await rest.post(200, `/plans/${plan.id}/validate`);
    assert.equal(found.ok, false);
    const finding = found.findings.find(({ blocking }: { blocking: boolean }) => blocking);
    assert.ok(finding.message.includes('nowhere.vhdx'), finding.message);
    assert.ok(finding.actions.length > 0);
    for (const said of [...finding.actions, 'Instance ID'])
      assert.ok(!finding.message.includes(said), `${finding.message}: once is enough`);
    assert.deepEqual([finding.configurationId, finding.sourceId], [plan.id, drive.imageId]);
    const { job: failed } = (await rest.post(500, `/plans/${plan.id}/realize`)).body;
    assert.equal(failed.state, 'failed');
    const causes = failed.error.errors.filter(
      ({ messageId }: { messageId: string }) => messageId === finding.messageId,
    );
    assert.deepEqual(causes, [{ messageId: finding.messageId, message: finding.message, actions: finding.actions }]);
    for (const told of [
      (await rest.expect(200, '/jobs')).body.items.find(({ id }: { id: string }) => id === failed.id),
      (await rest.expect(200, `/jobs/${failed.id}`)).body,
    ])
      assert.deepEqual(told.error, failed.error);
    await rest.expect(200, `/plans/${plan.id}/disks/${drive.id}`, { method: 'PATCH', body: { path: drive.path } });
    const { body: settings } = await rest.expect(200, `/plans/${plan.id}/settings`, {
      method: 'PATCH',
      body: { name: 'back' },
    });
    assert.equal(settings.name, 'back');
    const validated = await rest.post(200, `/plans/${plan.id}/validate`);
    assert.equal(validated.body.ok, true);
    const etag = validated.headers.get('etag') ?? '';
    assert.equal((await rest.expect(200, `/plans/${plan.id}`)).headers.get('etag'), etag);
    // Whatever of it is another one now: what was found does not hold for it.
    await rest.expect(200, `/plans/${plan.id}/disks/${drive.id}`, { method: 'PATCH', body: { path: wrong } });
    const realize = { method: 'POST', headers: { 'if-match': etag } };
    await rest.expect(412, `/plans/${plan.id}/realize`, realize);
    await rest.expect(200, `/plans/${plan.id}/disks/${drive.id}`, { method: 'PATCH', body: { path: drive.path } });
    const { body: machine } = await rest.expect(200, `/plans/${plan.id}/realize`, realize);
    assert.deepEqual([machine.id, machine.name, machine.state], [vm.id, 'back', 'off']);
    await rest.expect(404, `/plans/${plan.id}`);
    const { body: second } = await rest.post(201, '/plans', { definitionFile, newIdentifier: true });
    assert.notEqual(second.id, vm.id);
    await rest.expect(204, `/plans/${second.id}`, { method: 'DELETE' });
    assert.ok((await rest.ask('/plans', { method: 'POST', body: { definitionFile: '/etc/passwd' } })).status >= 400);
  });
});
