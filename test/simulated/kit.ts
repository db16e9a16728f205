import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';

export const makeDirectory = async (): Promise<{ directory: string; dispose: () => Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-sim-'));
  return { directory, dispose: () => rm(directory, { recursive: true }) };
};

export const makeImage = async (directory: string): Promise<NonNullable<DiskSpec['image']>> => {
  const file = join(directory, `${randomUUID()}.img`);
  await writeFile(file, Buffer.alloc(4096));
  return { file, format: 'raw', readOnly: false };
};

/** The machine that the contract suite asks for. */
export const makeSpec = async (directory: string): Promise<MachineSpec> => {
  const id = randomUUID().toUpperCase();
  const own = join(directory, id.slice(0, 8));
  await mkdir(own);
  const image = await makeImage(own);
  return {
    id,
    name: `machine ${id.slice(0, 8)}`,
    generation: 1,
    processors: 1,
    memory: { mb: 64, dynamic: null },
    deviceModels: 'inbox',
    firmware: { kind: 'bios', bootOrder: ['disk', 'cd'], numLock: false },
    tpm: null,
    disks: [
      { id: 'boot', bus: 'ide', controller: 0, slot: 0, media: 'disk', image, iopsLimit: null },
      { id: 'cd', bus: 'ide', controller: 1, slot: 0, media: 'cd', image: null, iopsLimit: null },
    ],
    adapters: [{ id: 'nic', mac: '00155D000001', emulated: false, network: { kind: 'none' } }],
    serialPorts: [{ id: 'com1', socket: join(own, 'com1.sock') }],
    localTimeClock: false,
    offOnReboot: false,
    smbios: { uuid: id, serial: 's', boardSerial: 's', chassisSerial: 's', assetTag: 'a' },
    generationId: id,
    runDirectory: join(directory, 'run', id),
  };
};

/** Sends a letter to the guest behind the socket and resolves to its next line that matches. */
export const askGuest = (socket: string, letter: string, wanted: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    const client = connect(socket);
    let text = '';
    client.on('error', reject);
    client.on('connect', () => client.write(letter));
    client.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const found = wanted.exec(text);
      if (found === null) return;
      client.destroy();
      resolve(found[1] ?? '');
    });
    client.on('close', () => reject(new Error(`The guest said only: ${text}`)));
  });
