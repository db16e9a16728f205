import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { InvokeResult } from '../../src/client/cim-client.ts';
import type { WsmanClient } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import type { Argument } from '../../src/client/envelope.ts';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import { instanceText, settingsText, type SettingInput } from '../../src/client/settings-text.ts';
import { resourceUri } from '../../src/client/uris.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { SerialLine } from '../qemu/kit.ts';
import { Service } from './service.ts';

const run = promisify(execFile);

export type HypervisorName = 'qemu' | 'simulated';

/** Format of an image as qemu-img writes it. */
export const DISK_FORMATS = {
  raw: ['raw', []],
  qcow2: ['qcow2', []],
  'dynamic VHD': ['vpc', ['-o', 'subformat=dynamic,force_size=on']],
  'fixed VHD': ['vpc', ['-o', 'subformat=fixed,force_size=on']],
  'dynamic VHDX': ['vhdx', ['-o', 'subformat=dynamic']],
  'fixed VHDX': ['vhdx', ['-o', 'subformat=fixed']],
} as const satisfies Record<string, readonly [string, readonly string[]]>;

export type DiskFormat = keyof typeof DISK_FORMATS;

const EXTENSION: Readonly<Record<string, string>> = { raw: 'img', qcow2: 'qcow2', vpc: 'vhd', vhdx: 'vhdx' };

/** Properties that are arrays; over the wire one element looks like none. */
const ARRAYS: ReadonlySet<string> = new Set([
  'HostResource',
  'Connection',
  'Notes',
  'BootOrder',
  'BootSourceOrder',
  'VirtualSystemIdentifiers',
  'RequiredFeatures',
  'StatusDescriptions',
  'OperationalStatus',
]);

/** Datetimes and intervals as CIM-XML text has them. */
export function cimTime(text: string): string {
  const at = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z?$/.exec(text);
  if (at !== null) return `${at.slice(1, 7).join('')}.${(at[7] ?? '').slice(0, 6).padEnd(6, '0')}+000`;
  const span = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/.exec(text);
  if (span === null || text === 'P') return text;
  const two = (i: number): string => (span[i] ?? '0').padStart(2, '0');
  return `${(span[1] ?? '0').padStart(8, '0')}${two(2)}${two(3)}${two(4)}.000000:000`;
}

/** An object that was read, changed, as the text that a method takes: what `GetText` makes. */
export function textWith(object: WireObject, changes: Readonly<Record<string, SettingInput>> = {}): string {
  const properties: Record<string, SettingInput> = {};
  for (const [name, value] of Object.entries(object.properties)) {
    const items = listOf(value).filter((item) => typeof item === 'string');
    if (items.length === 0) continue;
    properties[name] = ARRAYS.has(name) || items.length > 1 ? items : cimTime(items[0] ?? '');
  }
  return instanceText(object.className, { ...properties, ...changes });
}

export const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

/** A service in a process of its own and what clients say to it: everything goes over HTTP. */
export class WireHost implements AsyncDisposable {
  readonly hypervisor: HypervisorName;
  readonly service: Service;
  #client: WsmanClient | null = null;

  private constructor(hypervisor: HypervisorName, service: Service) {
    this.hypervisor = hypervisor;
    this.service = service;
  }

  /** `program`: another one than the daemon. */
  static async open(
    hypervisor: HypervisorName,
    environment: Readonly<Record<string, string>> = {},
    program?: string,
  ): Promise<WireHost> {
    const options = { hypervisor, environment, ...(program === undefined ? {} : { program }) };
    return new WireHost(hypervisor, await Service.start(options));
  }

  /** Over a service that was started in a way of its own; it ends with this. */
  static over(service: Service): WireHost {
    return new WireHost(service.hypervisor, service);
  }

  /** A client of the service as it runs now. */
  get client(): WsmanClient {
    return (this.#client ??= this.service.client());
  }

  get machines(): VirtualMachines {
    return new VirtualMachines(this.client);
  }

  /** The service ends by the signal and starts again; guests are left alone. */
  async restart(signal: NodeJS.Signals, meanwhile: () => void | Promise<void> = () => undefined): Promise<void> {
    this.#client?.close();
    this.#client = null;
    await this.service.stop(signal);
    await meanwhile();
    await this.service.run();
  }

  async rows(query: string): Promise<WireObject[]> {
    return Array.fromAsync(this.client.query(query));
  }

  async row(query: string): Promise<WireObject> {
    const rows = await this.rows(query);
    assert.equal(rows.length, 1, query);
    return rows[0] ?? assert.fail();
  }

  /** A method of the management service, waited for; a refusal fails the test with its reason. */
  call(method: string, args: Readonly<Record<string, Argument>>): Promise<InvokeResult> {
    return this.client.run(SERVICE, method, args);
  }

  system(id: string): Reference {
    return this.machines.reference(id);
  }

  settings(id: string): Promise<WireObject> {
    return this.client.get(this.machines.settingsReference(id));
  }

  /** DefineSystem with these settings only; the GUID. */
  async define(properties: Readonly<Record<string, SettingInput>>): Promise<string> {
    const result = await this.call('DefineSystem', {
      SystemSettings: instanceText('Msvm_VirtualSystemSettingData', properties),
    });
    const system = result.out['ResultingSystem'];
    return (isReference(system) ? system.selectors['Name'] : undefined) ?? assert.fail('a resulting system');
  }

  /** Checkpoints of the machine have its memory (UserSnapshotType 5). */
  async standardCheckpoints(id: string): Promise<void> {
    await this.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: `Microsoft:${id}`,
        UserSnapshotType: 5,
      }),
    });
  }

  /** AddResourceSettings of one text; the reference of what was made. */
  async add(id: string, text: string): Promise<Reference> {
    // The VM, not its settings, as os-win does (README rule 8).
    const result = await this.call('AddResourceSettings', {
      AffectedConfiguration: this.system(id),
      ResourceSettings: [text],
    });
    const [made] = listOf(result.out['ResultingResourceSettings']);
    return isReference(made) ? made : assert.fail('a resulting resource');
  }

  /** Settings of a machine by the prefix of their ids, as os-win looks for them. */
  below(id: string, className: string): Promise<WireObject[]> {
    return this.rows(`SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${id}%'`);
  }

  /** An object path as text, as WMI writes it. */
  path(reference: Reference): string {
    const className = reference.resourceUri.slice(reference.resourceUri.lastIndexOf('/') + 1);
    const keys = Object.entries(reference.selectors)
      .filter(([name]) => !name.startsWith('__'))
      .map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
    return `\\\\.\\root\\virtualization\\v2:${className}.${keys.toSorted().join(',')}`;
  }

  reference(className: string, selectors: Readonly<Record<string, string>>): Reference {
    return { resourceUri: resourceUri(this.client.namespace, className), selectors };
  }

  /** RequestStateChange as it is answered. */
  request(id: string, RequestedState: number): Promise<InvokeResult> {
    return this.client.invoke(this.system(id), 'RequestStateChange', { RequestedState });
  }

  /** RequestStateChange, and its job when that has ended. */
  async jobOf(id: string, state: number): Promise<WireObject> {
    const result = await this.request(id, state);
    const job = result.out['Job'];
    if (result.returnValue !== 4096 || !isReference(job)) {
      throw new MethodError(`${state}: ${result.returnValue}`, result.returnValue, null);
    }
    return this.client.waitForJob(job);
  }

  /** RequestStateChange to its success. */
  async change(id: string, state: number): Promise<void> {
    const job = await this.jobOf(id, state);
    assert.equal(textOf(job.properties['JobState']), '7', textOf(job.properties['ErrorDescription']) ?? '');
  }

  async state(id: string): Promise<number> {
    return numberOf((await this.client.get(this.system(id))).properties['EnabledState']);
  }

  async until(what: string, condition: () => Promise<boolean>, limitMs = 240_000): Promise<void> {
    const end = Date.now() + limitMs;
    while (!(await condition())) {
      if (Date.now() > end) assert.fail(`waited in vain: ${what}`);
      await sleep(50);
    }
  }

  /** A file below `C:\`; its Windows path and its Linux one. */
  async file(name: string): Promise<{ readonly windows: string; readonly linux: string }> {
    const folder = join(this.service.dataDirectory, 'drives/c/vm');
    await mkdir(folder, { recursive: true });
    return { windows: `C:\\vm\\${name}`, linux: join(folder, name) };
  }

  /** A disk image with the nano guest (QEMU) or nothing (simulated) on it, in a format of choice. */
  async bootDisk(name: string, format: DiskFormat = 'raw', image?: string): Promise<string> {
    const [driver, options] = DISK_FORMATS[format];
    const file = await this.file(`${name}.${EXTENSION[driver]}`);
    if (this.hypervisor === 'simulated') {
      await run('qemu-img', ['create', '-q', '-f', driver, ...options, file.linux, '1M']);
    } else {
      const source = image ?? (await nanoImage());
      await run('qemu-img', ['convert', '-f', 'raw', '-O', driver, ...options, source, file.linux]);
    }
    return file.windows;
  }

  /** A Generation 1 machine that boots the nano guest from IDE, with COM1 at a pipe of its name. */
  async nano(name: string, format: DiskFormat = 'raw', memoryMb = 64): Promise<string> {
    return this.nanoOn(name, await this.bootDisk(name, format), memoryMb);
  }

  /** The same of a disk that is there. */
  nanoOn(name: string, disk: string, memoryMb = 64): Promise<string> {
    return this.machines.create({
      name,
      generation: 1,
      memoryMb,
      processors: 1,
      disks: [disk],
      isos: [],
      switch: null,
      serial: `\\\\.\\pipe\\${name}`,
      secureBoot: false,
      notes: '',
    });
  }

  /** On the pipe of a running machine. */
  serial(name: string): Promise<SerialLine> {
    return SerialLine.connect(join(this.service.dataDirectory, 'pipes', name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.close();
    await this.service[Symbol.asyncDispose]();
  }
}

/** What both test guests answer on their serial port. */
export async function guestInfo(line: SerialLine): Promise<{ readonly ticks: number; readonly word: number }> {
  const [, ticks, word] = await line.ask('i', /INFO ticks=(\d+) seq=(\d+) mem=\d+/);
  return { ticks: Number(ticks), word: Number(word) };
}

/** Changes a word of the guest's memory (and, on a real disk, writes it there); the word then. */
export async function changeWord(line: SerialLine): Promise<number> {
  // Only of a guest that hears, and once: asked again on a slow host it would do it again.
  await guestInfo(line);
  line.write('w');
  const [, word] = await line.expect(/(?:WROTE|P) (\d+)\s/);
  return Number(word);
}
