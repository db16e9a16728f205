import { copyFile } from 'node:fs/promises';
import assert from 'node:assert/strict';
import { textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { uefiImages } from '../guests/guest-images.ts';
import type { SerialLine } from '../qemu/kit.ts';
import type { WireHost } from './wire-host.ts';

/** The firmware takes most of it, on a host that does much else. */
export const UEFI_BOOT_LIMIT_MS = 180_000;

export interface UefiGuestOptions {
  readonly secureBoot?: boolean;
  readonly tpm?: boolean;
  /** Image files of the disks, on SCSI in order; missing: one of the guest. */
  readonly disks?: readonly string[];
  readonly isos?: readonly string[];
  /** Name of the switch of its adapter; missing: no adapter. */
  readonly switch?: string;
}

/** What the guest says of itself when it starts. */
export interface UefiHello {
  readonly secureBoot: boolean;
  /** No platform key: whoever runs may enrol keys. */
  readonly setupMode: boolean;
  readonly tpm: boolean;
  /** Device path of the disk it was started from. */
  readonly from: string;
}

/** The number that the guest counts up, where it keeps it; null: not there. */
export interface UefiNumbers {
  readonly memory: number;
  readonly variable: number;
  readonly tpm: number | null;
  readonly disk: number | null;
  /** Steps of a guest that counts by itself that found one of the places not as the step before had left it. */
  readonly torn: number;
}

/** A copy of the guest's disk for a machine. */
export async function uefiDisk(host: WireHost, name: string): Promise<string> {
  return host.bootDisk(name, 'raw', (await uefiImages()).disk);
}

/** The guest's CD. */
export async function uefiIso(host: WireHost, name: string): Promise<string> {
  const file = await host.file(`${name}.iso`);
  await copyFile((await uefiImages()).iso, file.linux);
  return file.windows;
}

/** A Generation 2 machine with COM1 at a pipe of its name. */
export async function uefiMachine(host: WireHost, name: string, options: UefiGuestOptions = {}): Promise<string> {
  const id = await host.machines.create({
    name,
    generation: 2,
    memoryMb: 128,
    processors: 1,
    disks: options.disks ?? [await uefiDisk(host, name)],
    isos: options.isos ?? [],
    switch: options.switch ?? null,
    serial: `\\\\.\\pipe\\${name}`,
    secureBoot: options.secureBoot ?? false,
    notes: '',
  });
  // The guest is not made for a freeze of its file systems.
  await modifySystem(host, id, { UserSnapshotType: 5 });
  if (options.tpm === true) await setTpm(host, id, true);
  return id;
}

export async function modifySystem(
  host: WireHost,
  id: string,
  values: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): Promise<void> {
  await host.call('ModifySystemSettings', {
    SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}`, ...values }),
  });
}

export async function setTpm(host: WireHost, id: string, TpmEnabled: boolean): Promise<void> {
  const [security] = await host.below(id, 'Msvm_SecuritySettingData');
  const InstanceID = textOf(security?.properties['InstanceID']) ?? assert.fail('security settings');
  await host.call('ModifyResourceSettings', {
    ResourceSettings: [settingsText('Msvm_SecuritySettingData', { InstanceID, TpmEnabled })],
  });
}

/** What a guest that starts says; a guest that runs is asked with `askHello`. */
export async function uefiHello(line: SerialLine): Promise<UefiHello> {
  return hello(await line.expect(HELLO, UEFI_BOOT_LIMIT_MS));
}

/** The same of a guest that runs. */
export async function askHello(line: SerialLine): Promise<UefiHello> {
  return hello(await askOnce(line, 'h', HELLO));
}

let echoes = 0;

/** Of a guest that hears: what it was asked before on a slow host, more than once perhaps, is no answer to this. */
async function askOnce(line: SerialLine, letter: string, answer: RegExp): Promise<RegExpExecArray> {
  const digit = String(echoes++ % 10);
  await line.ask(digit, new RegExp(`ECHO ${digit}\\r`));
  line.write(letter);
  return line.expect(answer);
}

const HELLO = /VSMS-UEFI READY secureboot=(\d) setup=(\d) tpm=(\d) from=([^\r]*)\r/;

function hello([, secureBoot, setup, tpm, from = '']: RegExpExecArray): UefiHello {
  return { secureBoot: secureBoot === '1', setupMode: setup === '1', tpm: tpm === '1', from };
}

/** The number in all its places. */
export async function uefiNumbers(line: SerialLine): Promise<UefiNumbers> {
  const [, memory, torn] = await askOnce(line, 'i', /INFO ticks=\d+ seq=(\d+) mem=\d+ torn=(\d+)\r/);
  const [, variable, tpm = '', disk = ''] = await askOnce(line, 'r', /SEQ (\d+) tpm=(\w+) disk=(\w+)\r/);
  const place = (text: string): number | null => (text === 'none' ? null : Number(text));
  return { memory: Number(memory), variable: Number(variable), tpm: place(tpm), disk: place(disk), torn: Number(torn) };
}

/** First bytes of PCR 12, which the guest alone extends. */
export async function readPcr(line: SerialLine): Promise<string> {
  return (await askOnce(line, 'p', /PCR ([0-9a-f]{16})\r/))[1] ?? '';
}

/** Extends PCR 12 by the number in memory; what it is then. */
export async function extendPcr(line: SerialLine): Promise<string> {
  return (await askOnce(line, 'e', /PCR ([0-9a-f]{16})\r/))[1] ?? '';
}
