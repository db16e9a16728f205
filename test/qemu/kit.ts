import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine, MachineEvent } from '../../src/core/ports.ts';
import type { DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import { createQemuHypervisor, type QemuHypervisor, type QemuHypervisorOptions } from '../../src/qemu/hypervisor.ts';
import type { UserPolicy } from '../../src/qemu/supervise/user.ts';
import type { AdapterLog } from '../../src/qemu/log.ts';

/** A host of its own for one test: directories, hypervisor objects, and the end of everything that was started. */
export class TestHost implements AsyncDisposable {
  readonly directory: string;
  readonly #machines = new Set<Machine>();
  readonly #hypervisors: QemuHypervisor[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async make(): Promise<TestHost> {
    return new TestHost(await mkdtemp(join(tmpdir(), 'vsms-qemu-')));
  }

  /** A hypervisor as a service would make it; a second one stands for the service after a restart. */
  async hypervisor(
    user: UserPolicy = 'auto',
    options: Pick<QemuHypervisorOptions, 'inheritedAccess' | 'network'> = {},
  ): Promise<QemuHypervisor> {
    const hypervisor = await createQemuHypervisor({
      stateDirectory: join(this.directory, 'state'),
      runDirectory: join(this.directory, 'r'),
      accelerator: 'tcg',
      user,
      log: quietLog,
      ...options,
    });
    this.#hypervisors.push(hypervisor);
    return hypervisor;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Ends the machine with the test, whatever becomes of it. */
  keep<M extends Machine>(machine: M): M {
    this.#machines.add(machine);
    return machine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const machine of this.#machines) {
      try {
        process.kill(machine.process.pid, 'SIGKILL');
      } catch {
        // Gone already, as most are.
      }
    }
    for (const hypervisor of this.#hypervisors) await hypervisor.close();
    // What the killed ones left is cleared away as after a crash of the service.
    const last = await this.hypervisor();
    await last.endUnknown(new Set());
    await last.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

const show = process.env['VSMS_TEST_LOG'] === '1';
const say =
  (level: string) =>
  (fields: object, message: string): void => {
    if (show) console.error(level, message, fields);
  };
export const quietLog: AdapterLog = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };

export function machineSpec(host: TestHost, changes: Partial<MachineSpec> = {}): MachineSpec {
  const id = changes.id ?? randomUUID().toUpperCase();
  return {
    id,
    name: 'test',
    generation: 1,
    processors: 1,
    memory: { mb: 64, dynamic: null },
    deviceModels: 'virtio',
    firmware: { kind: 'bios', bootOrder: ['floppy', 'cd', 'disk', 'network'], numLock: false },
    tpm: null,
    disks: [],
    adapters: [],
    serialPorts: [
      { id: 'com1', socket: host.path(`${id}-com1`) },
      { id: 'com2', socket: null },
    ],
    localTimeClock: false,
    offOnReboot: false,
    smbios: {
      uuid: id.toLowerCase(),
      serial: '1-2-3',
      boardSerial: '1-2-3',
      chassisSerial: '1-2-3',
      assetTag: 'asset',
    },
    generationId: id,
    runDirectory: host.path(`run-${id}`),
    ...changes,
  };
}

export function ideDisk(file: string, changes: Partial<DiskSpec> = {}): DiskSpec {
  return {
    id: 'ide0',
    bus: 'ide',
    controller: 0,
    slot: 0,
    media: 'disk',
    image: { file, format: 'raw', readOnly: false },
    iopsLimit: null,
    ...changes,
  };
}

/** A generation id as it lies in the memory of a guest: the first three fields with the low byte first. */
export function generationBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

export const notCancelled = new AbortController().signal;
export const fresh = { savedState: null, signal: notCancelled } as const;

/** What a guest writes on a serial port, and a way to write to it. */
export class SerialLine implements Disposable {
  readonly #socket: Socket;
  #text = '';
  #wake: () => void = () => {};
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const wake = (): void => this.#wake();
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
      wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
      wake();
    });
  }

  static async connect(path: string): Promise<SerialLine> {
    const socket = connect({ path });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new SerialLine(socket);
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** First match in what came since the last one; everything up to it is used up. */
  async expect(pattern: RegExp, limitMs = 240_000): Promise<RegExpExecArray> {
    const end = Date.now() + limitMs;
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) {
        this.#text = this.#text.slice(match.index + match[0].length);
        return match;
      }
      if (this.#closed || Date.now() > end)
        throw new Error(`no ${pattern} on the serial port; it says: ${this.#text.slice(-500)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(1000, limitMs));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /**
   * Writes until the answer comes: what is written before the guest has set up its port is lost. Less and less often: Linux keeps
   * 4 KiB of what its shell has not read, and drops parts of what comes then; a shell that waits for the end of half a command
   * answers nothing any more.
   */
  async ask(text: string, answer: RegExp, limitMs = 240_000): Promise<RegExpExecArray> {
    const end = Date.now() + limitMs;
    for (let waitMs = 300; ; waitMs = Math.min(waitMs * 2, 3000)) {
      this.write(text);
      try {
        return await this.expect(answer, waitMs);
      } catch (error) {
        if (this.#closed || Date.now() > end) throw error;
      }
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** The next event of a kind, others passed over. */
export async function nextEvent<K extends MachineEvent['kind']>(
  events: AsyncIterator<MachineEvent>,
  kind: K,
): Promise<Extract<MachineEvent, { kind: K }>> {
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) throw new Error(`no event ${kind} came`);
    if (value.kind === kind) return value as Extract<MachineEvent, { kind: K }>;
  }
}

export async function makeDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}

/** A bridge of its own for a test. */
export function makeBridge(): Disposable & { readonly name: string } {
  const name = `vsmst${randomBytes(4).toString('hex')}`;
  execFileSync('ip', ['link', 'add', name, 'type', 'bridge']);
  return { name, [Symbol.dispose]: () => void execFileSync('ip', ['link', 'delete', name]) };
}
