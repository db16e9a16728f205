import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { linuxImages } from '../guests/guest-images.ts';
import { WireHost } from '../kit/wire-host.ts';
import { local, vsms } from './kit.ts';

const BOOT_LIMIT_MS = 300_000;
const USER_DATA = '#cloud-config\nhostname: seeded\nruncmd:\n  - [echo, "marker 4711"]\n';

/**
 * That a guest finds the medium as NoCloud's data source does (a disk labelled `cidata`, the three files by their names) and
 * reads what was given. cloud-init itself does not run in it: it needs Python and a whole distribution.
 */
test('a real guest reads the seed of vm create --image --cloud-init by its label', async () => {
  const { gen1 } = await linuxImages();
  await using host = await WireHost.open('qemu');
  const say = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await vsms(local(host.service), ...words);
    assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  const image = await host.bootDisk('image', 'qcow2', gen1);
  const [userData, network] = ['user-data', 'network'].map((name) => join(host.service.dataDirectory, name));
  await writeFile(userData ?? '', USER_DATA);
  await writeFile(network ?? '', 'version: 2\nethernets: {}\n');
  await say(
    ...['vm', 'create', 'seeded', '--generation', '1', '--memory', '256', '--image', image],
    ...['--cloud-init', userData ?? '', '--network-config', network ?? '', '--serial', String.raw`\\.\pipe\seeded`],
  );
  await say('vm', 'start', 'seeded');
  using line = await host.serial('seeded');
  await line.expect(/VSMS-READY ([^\r\n]*)\r/, BOOT_LIMIT_MS);
  // The label stands 40 bytes into the volume descriptor, in sector 16 (ECMA-119 §8.4); the busybox has no blkid that knows it.
  const labelled = '[ "$(dd if=$each bs=1 skip=32808 count=6 2>/dev/null)" = cidata ]';
  await line.ask(
    `mkdir -p /mnt; for each in /dev/sr0 /dev/sda; do ${labelled} && mount -t iso9660 -o ro $each /mnt && echo MOUNT"ED"; done\n`,
    /MOUNTED\r/,
  );
  await line.ask('ls /mnt | tr "\\n" ,; echo\n', /meta-data,network-config,user-data,\r/);
  const [, text = ''] = await line.ask(
    'od -An -v -t x1 /mnt/user-data | tr -d " \\n"; echo EN"D"\n',
    /([0-9a-f]+)END\r/,
  );
  assert.equal(Buffer.from(text, 'hex').toString(), USER_DATA);
  await line.ask('cat /mnt/meta-data\n', /instance-id: [0-9a-f-]{36}\r\n?local-hostname: seeded\r/);
  await say('vm', 'stop', 'seeded');
});
