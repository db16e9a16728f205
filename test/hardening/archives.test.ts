import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { MethodError } from '../../src/client/method-error.ts';
import { Service } from '../kit/service.ts';
import { Rest } from '../rest/kit.ts';
import { figures } from './kit.ts';

const MIB = 1 << 20;
const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

interface Member {
  readonly name: string;
  readonly content: Buffer;
}

/** A ZIP of these members, deflated; two may have one name. */
const zip = (members: readonly Member[]): Buffer => {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  const packed = new Map<Buffer, readonly [data: Buffer, crc: number]>();
  let at = 0;
  for (const { name, content } of members) {
    const [data, crc] = packed.get(content) ?? [deflateRawSync(content), crc32(content)];
    packed.set(content, [data, crc]);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc, 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields.subarray(0, 26), rest, Buffer.from(name)]),
    );
    files.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, central, end]);
};

/** A tar of these members; `link`: a symbolic link of that name comes first and leads there. */
const tar = (members: readonly Member[], link?: readonly [name: string, target: string]): Buffer => {
  const entry = (name: string, type: string, target: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(512);
    head.write(name);
    head.write('0000644\0', 100);
    head.write(content.length.toString(8).padStart(11, '0'), 124);
    head.write('        ', 148);
    head.write(type, 156);
    head.write(target, 157);
    head.write('ustar\x0000', 257);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([head, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
  };
  return Buffer.concat([
    ...(link === undefined ? [] : [entry(link[0], '2', link[1], Buffer.alloc(0))]),
    ...members.map(({ name, content }) => entry(name, '0', '', content)),
    Buffer.alloc(1024),
  ]);
};

/*
 * An export goes up file by file, never as an archive: nothing here unpacks one. So each of these is a file like any other,
 * that is no definition and no disk, whatever it is called.
 */
describe('8 archives that are uploaded as exports', () => {
  let service: Service;
  let rest: Rest;
  let folder = '';
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    folder = join(service.dataDirectory, 'images');
    await mkdir(folder);
  });
  after(() => service[Symbol.asyncDispose]());

  const evil = Buffer.from('<configuration/>');
  const bomb = Buffer.alloc(64 * MIB);
  const ARCHIVES: Readonly<Record<string, () => Buffer>> = {
    'slips by names': () => zip([{ name: '../../../../tmp/vsms-evil', content: evil }]),
    'slips by names of Windows': () => zip([{ name: String.raw`..\..\state\vsms-evil`, content: evil }]),
    'has an absolute member': () => zip([{ name: '/tmp/vsms-evil', content: evil }]),
    'has one member twice': () =>
      zip([
        { name: 'Virtual Machines/a.vmcx', content: evil },
        { name: 'Virtual Machines/a.vmcx', content: Buffer.from('other') },
      ]),
    'is a bomb of 16 GiB': () => zip(Array.from({ length: 256 }, (_, i) => ({ name: `m${i}`, content: bomb }))),
    'is a tar that slips': () => tar([{ name: '../../../../tmp/vsms-evil', content: evil }]),
    'is a tar that goes by a link': () => tar([{ name: 'out/vsms-evil', content: evil }], ['out', '/tmp']),
  };

  const names = async (): Promise<readonly string[]> =>
    (await readdir(service.dataDirectory, { recursive: true })).filter(
      (name) => !/^state\/(?:audit|vsms\.db)/.test(name),
    );

  for (const [what, make] of Object.entries(ARCHIVES)) {
    test(`one that ${what} is no definition and no disk, and nothing of it is unpacked`, async () => {
      const content = make();
      const [known, before] = [new Set(await names()), await figures(service.pid)];
      const uploaded: string[] = [];
      for (const ending of ['zip', 'vmcx', 'xml', 'exp', 'vhdx', 'vhd', 'qcow2']) {
        const file = join(folder, `${what.replaceAll(/\W/g, '-')}.${ending}`);
        const url = `/files/content?path=${encodeURIComponent(file)}`;
        await rest.expect(201, url, { method: 'PUT', body: content });
        uploaded.push(file);
        const planned = await rest.ask('/plans', { method: 'POST', body: { definitionFile: file } });
        assert.ok(planned.status >= 400 && planned.body.code !== 'internal', `${ending}: ${planned.text}`);
        const looked = await rest.ask(`/images?path=${encodeURIComponent(file)}`);
        assert.ok(looked.status >= 400 && looked.body.code !== 'internal', `${ending}: ${looked.text}`);
        const client = service.client();
        await assert.rejects(
          client.run(SERVICE, 'ImportSystemDefinition', {
            SystemDefinitionFile: file,
            SnapshotFolder: folder,
            GenerateNewSystemIdentifier: true,
          }),
          (error) => error instanceof MethodError && error.message.length > 20,
        );
        client.close();
      }
      assert.deepEqual((await rest.expect(200, '/plans')).body.items, []);
      const grown = (await names()).filter((name) => !known.has(name)).map((name) => join(service.dataDirectory, name));
      assert.deepEqual(grown.toSorted(), uploaded.toSorted());
      assert.equal(existsSync('/tmp/vsms-evil'), false);
      const now = await figures(service.pid);
      assert.ok(now.residentMb - before.residentMb < 150, `${before.residentMb} -> ${now.residentMb} MB`);
    });
  }
});
