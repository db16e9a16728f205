import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, mkdtemp, readFile, readlink, realpath, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '../../src/core/errors.ts';
import { openResolved } from '../../src/core/paths/open.ts';
import { createPathResolver, type PathPurpose, type PathResolver } from '../../src/core/paths/resolver.ts';
import { prepareSocketPlace, removeSocketPlace, socketPlace } from '../../src/core/paths/socket-place.ts';

interface World {
  readonly top: string;
  readonly data: string;
  readonly paths: PathResolver;
}

/** data/ (with state and drives/c), drive D: on disk/, share \\nas\exports on nas/, root roots/, and outside/. */
const using = async (run: (world: World) => Promise<void>, style: 'posix' | 'windows' = 'posix'): Promise<void> => {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'vsms-paths-')));
  const data = join(top, 'data');
  for (const folder of ['data/state', 'data/drives/c', 'disk', 'nas', 'roots', 'outside'])
    await mkdir(join(top, folder), { recursive: true });
  await writeFile(join(top, 'outside/secret'), 'secret');
  await writeFile(join(data, 'state/store.db'), 'store');
  const paths = createPathResolver({
    dataDirectory: data,
    stateDirectory: join(data, 'state'),
    drives: { d: join(top, 'disk') },
    shares: { '\\\\NAS\\exports': join(top, 'nas') },
    roots: [join(top, 'roots')],
    style,
  });
  try {
    await run({ top, data, paths });
  } finally {
    await rm(top, { recursive: true });
  }
};

const refused = async (promise: Promise<unknown>, text: RegExp, hresult: string | null = null): Promise<void> => {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof DomainError, String(error));
    assert.equal(error.code, 'invalidParameter');
    assert.match(error.message, text);
    assert.equal(error.hresult, hresult);
    return true;
  });
};

describe('paths: forms', () => {
  test('POSIX: itself; `.`, `..` and double separators are resolved, and the text stays as written', () =>
    using(async ({ top, paths }) => {
      await mkdir(join(top, 'roots/web1'));
      await writeFile(join(top, 'roots/web1/disk.qcow2'), '');
      const text = `${top}/roots/./web1//x/../disk.qcow2`;
      assert.deepEqual(await paths.resolve(text, 'file'), { text, file: `${top}/roots/web1/disk.qcow2`, exists: true });
    }));

  test('POSIX: a backslash separates too, as clients on Windows put names behind a folder that they were given', () =>
    using(async ({ top, paths }) => {
      await mkdir(join(top, 'roots/web1'));
      const { file } = await paths.resolve(`${top}/roots\\web1\\disk.vhdx`, 'newFile');
      assert.equal(file, `${top}/roots/web1/disk.vhdx`);
    }));

  test('drive: C is drives/c below the data directory; both separators; the letter in any case', () =>
    using(async ({ top, data, paths }) => {
      for (const text of ['C:\\disk.vhdx', 'c:/disk.vhdx', '\\\\?\\C:\\disk.vhdx', '\\\\?\\c:\\disk.vhdx'])
        assert.equal((await paths.resolve(text, 'newFile')).file, join(data, 'drives/c/disk.vhdx'), text);
      assert.equal((await paths.resolve('D:\\disk.vhdx', 'newFile')).file, join(top, 'disk/disk.vhdx'));
      assert.equal((await paths.resolve('d:\\', 'folder')).file, join(top, 'disk'));
      assert.equal((await paths.resolve('D:', 'folder')).file, join(top, 'disk'));
    }));

  test('drive: names match without regard to case; two that differ only by case are an error that names both', () =>
    using(async ({ top, paths }) => {
      await mkdir(join(top, 'disk/VMs/Web1'), { recursive: true });
      await writeFile(join(top, 'disk/VMs/Web1/Größe.VHDX'), '');
      const { file } = await paths.resolve('D:\\vms\\WEB1\\GRÖßE.vhdx', 'file');
      assert.equal(file, join(top, 'disk/VMs/Web1/Größe.VHDX'));
      const below = await paths.resolve('d:\\VMS\\New\\Deep', 'newFolder');
      assert.equal(below.file, join(top, 'disk/VMs/New/Deep'));
      await mkdir(join(top, 'disk/vms'));
      await refused(paths.resolve('D:\\VMs\\Web1', 'folder'), /'VMs' and 'vms'|'vms' and 'VMs'/);
    }));

  test('drive: an unknown one is refused with the line to add', () =>
    using(({ paths }) => refused(paths.resolve('X:\\a', 'file'), /X = "\/folder".*\[paths\.drives\]/)));

  test('UNC: a mapped share in any case; with prefix; an unmapped one is refused with the line to add', () =>
    using(async ({ top, paths }) => {
      for (const text of [
        '\\\\nas\\exports\\a.vhdx',
        '\\\\NAS\\Exports\\a.vhdx',
        '\\\\?\\UNC\\nas\\exports\\a.vhdx',
        '//nas/exports/a.vhdx',
      ])
        assert.equal((await paths.resolve(text, 'newFile')).file, join(top, 'nas/a.vhdx'), text);
      assert.equal((await paths.resolve('\\\\nas\\exports', 'folder')).file, join(top, 'nas'));
      await refused(
        paths.resolve('\\\\other\\share\\a', 'file'),
        /"\\\\\\\\other\\\\share" = "\/mnt\/folder".*\[paths\.shares\]/,
      );
      await refused(paths.resolve('\\\\nas', 'file'), /names no share/);
    }));

  test('what is no path of a file is refused with the reason', () =>
    using(async ({ paths }) => {
      const cases: readonly (readonly [string, RegExp])[] = [
        ['', /empty/],
        ['%ProgramData%\\vms\\a', /variables of an environment/],
        ['C:\\%TEMP%\\a', /variables of an environment/],
        ['relative\\a.vhdx', /no full path/],
        ['a.vhdx', /no full path/],
        ['..\\..\\etc', /no full path/],
        ['C:a.vhdx', /current folder of a drive/],
        ['\\a', /no full path/],
        ['\\\\.\\PHYSICALDRIVE0', /a device is not accepted/],
        ['\\\\?\\Volume{1}\\a', /only a drive or UNC/],
        ['\\\\.\\pipe\\com1', /serial ports only/],
        ['C:\\..\\a', /above its root/],
        ['/../etc/passwd', /above its root/],
        ['C:\\a.vhdx:stream', /streams/],
        ['C:\\a?.vhdx', /characters/],
        ['C:\\NUL', /reserved/],
        ['C:\\com1.vhdx', /reserved/],
        ['C:\\dir.\\a', /ends with a dot/],
        ['C:\\a\0b', /control character/],
        ['/a\nb', /control character/],
        ['/a\u009bb', /control character/],
        ['/a\ud800', /valid Unicode/],
        [`C:\\${'x'.repeat(300)}`, /name in it is longer than 255/],
        [`C:\\${'ü'.repeat(130)}`, /name in it is longer than 255/],
        [`/${'x/'.repeat(3000)}`, /longer than 4095/],
      ];
      for (const [text, reason] of cases) await refused(paths.resolve(text, 'file'), reason);
    }));

  test('a message never carries a control character or megabytes of the client', () =>
    using(async ({ paths }) => {
      for (const text of [`/a\u001b[31m\nforged line`, `/${'x'.repeat(10_000_000)}`, '/\u202egnp.exe'])
        await assert.rejects(paths.resolve(text, 'file'), (error: Error) => {
          assert.ok(error.message.length < 600);
          assert.ok(!/[\p{Cc}\p{Cf}]/u.test(error.message));
          return true;
        });
    }));
});

describe('paths: purposes', () => {
  test('0x80070002 for a missing file, 0x80070003 for a missing folder', () =>
    using(async ({ paths }) => {
      await refused(paths.resolve('C:\\none.vhdx', 'file'), /file does not exist/, '0x80070002');
      await refused(paths.resolve('C:\\none\\a.vhdx', 'file'), /folder that it lies in/, '0x80070003');
      await refused(paths.resolve('C:\\none\\a.vhdx', 'newFile'), /folder that it lies in/, '0x80070003');
      await refused(paths.resolve('C:\\none', 'folder'), /folder does not exist/, '0x80070003');
      assert.equal((await paths.resolve('C:\\none\\deep', 'newFolder')).exists, false);
      assert.equal((await paths.resolve('C:\\none.vhdx', 'newFile')).exists, false);
    }));

  test('FIFOs, sockets, devices and folders are refused where a file is meant, and files where a folder is', () =>
    using(async ({ top, paths }) => {
      execFileSync('mkfifo', [join(top, 'roots/fifo')]);
      await mkdir(join(top, 'roots/folder'));
      await writeFile(join(top, 'roots/file'), '');
      const server = createServer().listen(join(top, 'roots/s.sock'));
      await new Promise((resolve) => server.once('listening', resolve));
      for (const purpose of ['file', 'newFile'] as const) {
        await refused(paths.resolve(`${top}/roots/fifo`, purpose), /a FIFO/);
        await refused(paths.resolve(`${top}/roots/s.sock`, purpose), /a socket, and a file/);
        await refused(paths.resolve(`${top}/roots/folder`, purpose), /a folder, and a file/);
        await refused(paths.resolve(`${top}/roots/file/`, purpose), /ends like a folder/);
      }
      for (const purpose of ['folder', 'newFolder'] as const)
        await refused(paths.resolve(`${top}/roots/file`, purpose), /a file, and a folder/);
      await refused(
        paths.resolve(`${top}/roots/file/below`, 'newFolder'),
        /below something that is no folder/,
        '0x80070003',
      );
      assert.equal((await paths.resolve(`${top}/roots/s.sock`, 'socket')).exists, true);
      server.close();
    }));

  test('serial ports: a pipe is a socket below pipes/; a path that ends in .sock is itself', () =>
    using(async ({ top, data, paths }) => {
      for (const text of ['\\\\.\\pipe\\web1-com1', '\\\\.\\PIPE\\web1-com1', '//./pipe/web1-com1'])
        assert.equal((await paths.resolve(text, 'socket')).file, join(data, 'pipes/web1-com1'), text);
      assert.equal((await paths.resolve(`${top}/roots/a.sock`, 'socket')).file, `${top}/roots/a.sock`);
      await refused(paths.resolve(`${top}/roots/a.txt`, 'socket'), /ends in \.sock/);
      await writeFile(join(top, 'roots/file.sock'), '');
      await refused(paths.resolve(`${top}/roots/file.sock`, 'socket'), /a file, and a socket/);
      await refused(paths.resolve('\\\\.\\pipe\\..', 'socket'), /names no pipe/);
      await refused(paths.resolve('\\\\.\\pipe\\a\\b', 'socket'), /a device is not accepted/);
      await refused(paths.resolve(`\\\\.\\pipe\\${'x'.repeat(256)}`, 'socket'), /longer than 255/);
      await refused(paths.resolve(`${top}/outside/a.sock`, 'socket'), /outside/);
    }));

  test('relative properties are resolved against their data root, and nothing else is', () =>
    using(async ({ data, paths }) => {
      const found = await paths.resolveBelow('C:\\', 'Virtual Machines\\A.vmcx', 'newFolder');
      assert.equal(found.file, join(data, 'drives/c/Virtual Machines/A.vmcx'));
      assert.equal(found.text, 'C:\\Virtual Machines\\A.vmcx');
      const posix = await paths.resolveBelow(data, 'Virtual Machines/A.vmcx', 'newFolder');
      assert.equal(posix.text, `${data}/Virtual Machines/A.vmcx`);
      for (const text of ['C:\\a', '\\a', '/a', '..\\a', 'a\\..\\..\\b'])
        await refused(paths.resolveBelow('C:\\VMs', text, 'newFolder'), /relative to its data root|above its root/);
    }));

  test('new files are named in the style of their folder', () =>
    using(async ({ paths }) => {
      assert.equal(paths.nameNewFile('C:\\VMs', 'a.vhdx'), 'C:\\VMs\\a.vhdx');
      assert.equal(paths.nameNewFile('C:\\', 'a.vhdx'), 'C:\\a.vhdx');
      assert.equal(paths.nameNewFile('\\\\nas\\exports', 'a.vhdx'), '\\\\nas\\exports\\a.vhdx');
      assert.equal(paths.nameNewFile('/srv/vms', 'a.vhdx'), '/srv/vms/a.vhdx');
      assert.equal(paths.nameNewFile('/', 'a.vhdx'), '/a.vhdx');
      for (const name of ['', 'a/b', 'a\\b', '..', 'a:b', 'nul'])
        assert.throws(() => paths.nameNewFile('/srv', name), DomainError);
    }));

  test('defaults of the host: POSIX, or in the style of Windows', async () => {
    await using(async ({ data, paths }) => {
      assert.equal(paths.defaultFolder('Virtual Hard Disks'), join(data, 'Virtual Hard Disks'));
    });
    await using(async ({ data, paths }) => {
      const folder = paths.defaultFolder('Virtual Hard Disks');
      assert.equal(folder, 'C:\\ProgramData\\vsms\\Virtual Hard Disks');
      assert.equal(
        (await paths.resolve(folder, 'newFolder')).file,
        join(data, 'drives/c/ProgramData/vsms/Virtual Hard Disks'),
      );
    }, 'windows');
  });

  test('a drive below the data directory is made when it is used; another one must be there', () =>
    using(async ({ top, data }) => {
      await rm(join(data, 'drives'), { recursive: true });
      const paths = createPathResolver({
        dataDirectory: data,
        stateDirectory: join(data, 'state'),
        drives: { E: join(top, 'not mounted') },
      });
      assert.equal((await paths.resolve('C:\\a', 'newFile')).file, join(data, 'drives/c/a'));
      await assert.rejects(paths.resolve('E:\\a', 'newFile'), { code: 'notAvailable', message: /drive E:.*Mount it/ });
    }));
});

describe('hardening 7: paths: allowed roots', () => {
  const purposes: readonly PathPurpose[] = ['file', 'newFile', 'folder', 'newFolder'];

  test('outside of the roots nothing is told, there or not', () =>
    using(async ({ top, paths }) => {
      const texts = [
        `${top}/outside/secret`,
        `${top}/outside/none`,
        `${top}/outside`,
        '/etc/shadow',
        '/',
        '/nonexistent',
        `${top}/rootsX`,
      ];
      for (const text of texts)
        for (const purpose of purposes)
          if (!text.endsWith('/') || purpose.endsWith('older'))
            await refused(paths.resolve(text, purpose), /outside of the folders/);
    }));

  test('K24 the state directory is reached by no spelling and no link', () =>
    using(async ({ top, data, paths }) => {
      await symlink(join(data, 'state'), join(top, 'disk/link'));
      await symlink('../data/state/store.db', join(top, 'roots/db'));
      const drives = createPathResolver({
        dataDirectory: data,
        stateDirectory: join(data, 'state'),
        drives: { D: data },
      });
      for (const text of [
        `${data}/state/store.db`,
        `${data}/./state/x`,
        `${data}/drives/../state/new`,
        `${data}/state`,
      ])
        await refused(paths.resolve(text, 'newFolder'), /outside/);
      await refused(paths.resolve('D:\\link\\store.db', 'file'), /outside/);
      await refused(paths.resolve(`${top}/roots/db`, 'file'), /outside/);
      await refused(drives.resolve('D:\\STATE\\store.db', 'file'), /outside/);
    }));

  test('a link that stays inside is followed, one that leaves is not, a circle ends', () =>
    using(async ({ top, paths }) => {
      await writeFile(join(top, 'roots/disk.img'), '');
      await symlink(join(top, 'roots'), join(top, 'disk/inside'));
      await symlink(join(top, 'outside'), join(top, 'disk/leaves'));
      await symlink('../outside/secret', join(top, 'roots/file-leaves'));
      await symlink('circle', join(top, 'roots/circle'));
      await symlink('nothing', join(top, 'roots/dangling'));
      assert.equal((await paths.resolve('D:\\INSIDE\\Disk.img', 'file')).file, join(top, 'roots/disk.img'));
      await refused(paths.resolve('D:\\leaves\\secret', 'file'), /outside/);
      await refused(paths.resolve('D:\\leaves\\new', 'newFile'), /outside/);
      await refused(paths.resolve(`${top}/roots/file-leaves`, 'newFile'), /outside/);
      await refused(paths.resolve(`${top}/roots/circle`, 'file'), /circle/);
      await refused(paths.resolve(`${top}/roots/dangling`, 'newFile'), /leads to nothing/, '0x80070002');
    }));

  test('a root may itself be behind a link', () =>
    using(async ({ top, data }) => {
      await symlink(join(top, 'roots'), join(top, 'alias'));
      await mkdir(join(top, 'roots/vms'));
      const paths = createPathResolver({
        dataDirectory: data,
        stateDirectory: join(data, 'state'),
        roots: [join(top, 'alias/vms')],
      });
      assert.equal((await paths.resolve(`${top}/alias/vms/a`, 'newFile')).file, join(top, 'roots/vms/a'));
      await refused(paths.resolve(`${top}/alias/a`, 'newFile'), /outside/);
    }));

  test('a link put in place after the check is not followed', () =>
    using(async ({ top, paths }) => {
      await mkdir(join(top, 'roots/vms'));
      await writeFile(join(top, 'roots/vms/secret'), 'harmless');
      const resolved = await paths.resolve(`${top}/roots/vms/secret`, 'file');
      const handle = await openResolved(resolved, constants.O_RDONLY);
      assert.equal(await handle.readFile('utf8'), 'harmless');
      await handle.close();
      await rename(join(top, 'roots/vms'), join(top, 'roots/moved'));
      await symlink(join(top, 'outside'), join(top, 'roots/vms'));
      await assert.rejects(openResolved(resolved, constants.O_RDONLY), {
        name: 'DomainError',
        message: /replaced by a link/,
      });
      await unlink(join(top, 'roots/vms'));
      await mkdir(join(top, 'roots/vms'));
      await symlink(join(top, 'outside/secret'), join(top, 'roots/vms/secret'));
      await assert.rejects(openResolved(resolved, constants.O_RDWR), {
        name: 'DomainError',
        message: /replaced by a link/,
      });
      await assert.rejects(openResolved(resolved, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC), {
        name: 'DomainError',
      });
      assert.equal(await readFile(join(top, 'outside/secret'), 'utf8'), 'secret');
      await unlink(join(top, 'roots/vms/secret'));
      execFileSync('mkfifo', [join(top, 'roots/vms/secret')]);
      await assert.rejects(openResolved(resolved, constants.O_RDONLY), {
        name: 'DomainError',
        message: /no plain file/,
      });
      await rm(join(top, 'roots/vms/secret'));
      await assert.rejects(openResolved(resolved, constants.O_RDONLY), { hresult: '0x80070002' });
    }));

  test('whatever the text: inside the roots, or a DomainError', () =>
    using(async ({ top, data, paths }) => {
      await symlink(join(top, 'outside'), join(top, 'roots/l'));
      await symlink('/', join(top, 'disk/l'));
      const piece = fc.oneof(
        fc.constantFrom(
          '..',
          '.',
          '',
          'l',
          'L',
          'state',
          'STATE',
          'outside',
          'secret',
          'roots',
          'data',
          'etc',
          '\\',
          '/',
          'C:',
          'D:',
          '?',
          'UNC',
          'nas',
          'exports',
          '%A%',
        ),
        fc.string({ maxLength: 5, unit: 'binary' }),
      );
      const start = fc.constantFrom(
        `${top}/roots/`,
        `${data}/`,
        `${top}/`,
        'C:\\',
        'd:/',
        '\\\\nas\\exports\\',
        '\\\\?\\D:\\',
        '\\\\?\\UNC\\nas\\exports\\',
        '/',
        '',
      );
      const text = fc
        .tuple(start, fc.array(fc.tuple(piece, fc.constantFrom('/', '\\')), { maxLength: 8 }))
        .map(([begin, rest]) => begin + rest.flat().join(''));
      const folders = [data, join(top, 'disk'), join(top, 'nas'), join(top, 'roots')];
      await fc.assert(
        fc.asyncProperty(text, fc.constantFrom(...purposes), async (candidate, purpose) => {
          try {
            const { file } = await paths.resolve(candidate, purpose);
            assert.ok(
              folders.some((folder) => file === folder || file.startsWith(`${folder}/`)),
              file,
            );
            assert.ok(file !== join(data, 'state') && !file.startsWith(join(data, 'state/')), file);
            assert.ok(!file.split('/').includes('..'));
          } catch (error) {
            assert.ok(error instanceof DomainError, String(error));
          }
        }),
        { numRuns: 1500 },
      );
    }));
});

describe('paths: sockets', () => {
  test('K25 a socket path over 107 bytes is a short one and a link at the promised place', () =>
    using(async ({ top, data, paths }) => {
      const run = join(data, 'state/run');
      const short = socketPlace(join(top, 'roots/a.sock'), run);
      assert.deepEqual(short, { bind: join(top, 'roots/a.sock'), link: null });
      const promised = join(top, 'roots', `${'x'.repeat(110)}.sock`);
      const place = socketPlace(promised, run);
      assert.equal(place.link, promised);
      assert.ok(Buffer.byteLength(place.bind) <= 107);
      assert.throws(() => socketPlace(promised, `/${'y'.repeat(110)}`), DomainError);
      await prepareSocketPlace(place);
      const server = createServer().listen(place.bind);
      await new Promise((resolve) => server.once('listening', resolve));
      assert.equal(await readlink(promised), place.bind);
      // The promised path resolves again while the link is there, though it leads into the state directory.
      assert.equal((await paths.resolve(promised, 'socket')).file, promised);
      await new Promise((resolve) => server.close(resolve));
      await prepareSocketPlace(place);
      await removeSocketPlace(place);
      assert.equal((await paths.resolve(promised, 'socket')).exists, false);
      await writeFile(promised, 'not a socket');
      await assert.rejects(prepareSocketPlace(place), { name: 'DomainError', message: /in the way/ });
    }));
});
