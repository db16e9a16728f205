import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus, freemem, hostname, uptime } from 'node:os';
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
}

export const kernelGauges = (load = new ProcessorLoad()): HostGauges => ({
  freeMemoryMb: () => Math.floor(freemem() / 1_048_576),
  uptimeMs: () => Math.floor(uptime() * 1000),
  loadPercent: () => load.percent(),
  clockMhz: cpus()[0]?.speed ?? 0,
  dnsName: hostname().split('.')[0] ?? '',
  hostUuid: hostUuid(),
});

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
