import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { HostFacts } from '../model.ts';

/** The first label of a host name as Windows would show it: upper case, at most 15 characters. */
export const netBiosName = (host: string): string => {
  const label = (host.split('.')[0] ?? '').toUpperCase().replaceAll(/[^A-Z0-9-]/g, '-');
  return label.slice(0, 15) || 'LOCALHOST';
};

const text = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

/** What the host offers, from /proc; a figure that cannot be read is the smallest honest one. */
export const readHostFacts = async (
  options: { readonly root?: string; readonly hostName?: string } = {},
): Promise<HostFacts> => {
  const root = options.root ?? '/';
  const [cpu, memory, boot] = await Promise.all([
    text(join(root, 'proc/cpuinfo')),
    text(join(root, 'proc/meminfo')),
    text(join(root, 'proc/sys/kernel/random/boot_id')),
  ]);
  const processors = cpu.match(/^processor\s*:/gm)?.length ?? 0;
  const kib = Number(/^MemTotal:\s+(\d+) kB/m.exec(memory)?.[1] ?? 0);
  const vendor = /^vendor_id\s*:\s*(\S+)/m.exec(cpu)?.[1];
  const mhz = Math.round(Number(/^cpu MHz\s*:\s*([\d.]+)/m.exec(cpu)?.[1] ?? 0));
  return {
    ...(mhz > 0 ? { processorMhz: mhz } : {}),
    ...(vendor === undefined ? {} : { processorVendor: vendor }),
    name: netBiosName(options.hostName ?? hostname()),
    logicalProcessors: Math.max(1, processors),
    memoryMb: Math.floor(kib / 1024),
    processorName: /^(?:model name|Model)\s*:\s*(.+)$/m.exec(cpu)?.[1]?.trim() ?? 'Unknown processor',
    bootId: boot.trim() || 'unknown',
  };
};
