import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus, freemem, hostname, uptime } from 'node:os';
import { DriveSpace, type Space, spaceOf } from './drive-space.ts';
import { ProcessorLoad } from './processor-load.ts';

/** What the kernel tells of the host beyond HostFacts; calls take microseconds and never wait for a disk. */
export interface HostGauges {
  freeMemoryMb(): number;
  /** Milliseconds since the host booted. */
  uptimeMs(): number;
  /** Of all processors, in percent. */
  loadPercent(): number;
  /** Of the first processor; 0 when the kernel does not tell. */
  readonly clockMhz: number;
  readonly dnsName: string;
  /** The same after every boot, unlike that of any other host. */
  readonly hostUuid: string;
  /** Letters of the drives that clients may name. */
  readonly drives: readonly string[];
  /** As last looked at; null: not known (yet). */
  driveSpace(letter: string): Space | null;
}

/** @param drives folder by letter */
export const kernelGauges = (
  drives: ReadonlyMap<string, string> = new Map(),
  load = new ProcessorLoad(),
): HostGauges => {
  const spaces = new Map([...drives].map(([letter, folder]) => [letter, new DriveSpace(() => spaceOf(folder))]));
  return {
    freeMemoryMb: () => Math.floor(freemem() / 1_048_576),
    uptimeMs: () => Math.floor(uptime() * 1000),
    loadPercent: () => load.percent(),
    clockMhz: cpus()[0]?.speed ?? 0,
    dnsName: hostname().split('.')[0] ?? '',
    hostUuid: hostUuid(),
    drives: [...spaces.keys()],
    driveSpace: (letter) => spaces.get(letter)?.get() ?? null,
  };
};

/** machine-id(5) is not for the network: only a digest of it is shown. */
const hostUuid = (): string => {
  const hex = createHash('sha256').update(`vsms ${machineId()}`).digest('hex').toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const machineId = (): string => {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return hostname();
  }
};
