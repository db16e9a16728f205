import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Drives } from '../../src/client/drives.ts';
import type { SerialLine } from '../qemu/kit.ts';
import { DISK_FORMATS, type DiskFormat, type WireHost } from './wire-host.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SECTOR = 512;
/** Sector that the guest writes. */
const WRITTEN = 3001;
/**
 * Linux names its disks in the order in which it comes to know them, which is not that of their places, and it may know
 * them only after it said that it is ready: they are known by their sizes.
 */
const device = (sectors: number): string =>
  `d=; until [ -n "$d" ]; do for b in /sys/block/sd*; do [ $(cat $b/size) = ${sectors} ] && d=/dev/\${b##*/}; done; done`;

let asked = 0;

/** Of a guest that hears, once: an answer that a slow guest gives to an earlier asking is no answer to this one. */
async function askOnce(line: SerialLine, command: string, answer: RegExp): Promise<RegExpExecArray> {
  const mark = `HEARD-${asked++}`;
  await line.ask(`echo ${mark}\n`, new RegExp(`${mark}\\r`));
  line.write(`${command}\n`);
  return line.expect(answer);
}

interface ScsiDisk {
  readonly format: DiskFormat;
  /** What its guest finds in it. */
  readonly content: Buffer;
  readonly file: string;
}

/** Data disks of every format, on SCSI of a machine whose guest is Linux: it reads all of each and writes to each. */
export class ScsiDisks {
  readonly #disks: readonly ScsiDisk[];

  private constructor(disks: readonly ScsiDisk[]) {
    this.#disks = disks;
  }

  /** Attached to a machine that is off or runs; each of another size, with data at its beginning, inside, and at its end. */
  static async attach(host: WireHost, id: string): Promise<ScsiDisks> {
    const drives = new Drives(host.client);
    const disks: ScsiDisk[] = [];
    for (const [index, format] of (Object.keys(DISK_FORMATS) as DiskFormat[]).entries()) {
      const content = Buffer.alloc((index + 4) * MIB);
      for (const at of [0, 2 * MIB + SECTOR, content.length - MIB / 2]) randomBytes(MIB / 2).copy(content, at);
      const raw = await host.file(`scsi${index}-${id}.content`);
      await writeFile(raw.linux, content);
      const file = await host.bootDisk(`scsi${index}-${id}`, format, raw.linux);
      await drives.attach(id, 'disk', file, 'scsi');
      disks.push({ format, content, file });
    }
    return new ScsiDisks(disks);
  }

  /** The guest reads every disk from its beginning to its end. */
  async read(line: SerialLine): Promise<void> {
    for (const { format, content } of this.#disks) {
      const [, sum] = await askOnce(
        line,
        `${device(content.length / SECTOR)}; echo SUM $(sha256sum < $d | cut -c1-64) END`,
        /SUM (\w{64}) END\r/,
      );
      assert.equal(sum, createHash('sha256').update(content).digest('hex'), format);
    }
  }

  /** The guest writes a sector of every disk. */
  async write(line: SerialLine): Promise<void> {
    for (const { content } of this.#disks) {
      const name = `written ${content.length}`;
      await askOnce(
        line,
        `${device(content.length / SECTOR)}; echo ${name} | dd of=$d bs=${SECTOR} seek=${WRITTEN} conv=fsync,sync 2>/dev/null && echo IS-WRITTEN`,
        /IS-WRITTEN\r/,
      );
      content.fill(0, WRITTEN * SECTOR, (WRITTEN + 1) * SECTOR).write(`${name}\n`, WRITTEN * SECTOR);
    }
  }

  /** What is in the files, as QEMU's own tool reads them, once the machine is off. */
  async checkFiles(host: WireHost): Promise<void> {
    for (const { format, content, file } of this.#disks) {
      const { linux } = await host.file(file.split('\\').at(-1) ?? '');
      await run('qemu-img', ['convert', '-f', DISK_FORMATS[format][0], '-O', 'raw', linux, `${linux}.out`]);
      assert.ok(content.equals(await readFile(`${linux}.out`)), format);
    }
  }
}
