import type { AdapterSpec, DiskSpec, MachineSpec } from '../../core/machine-spec.ts';
import type { HostServices } from '../host-services.ts';
import type { MachineRecord } from '../supervise/machine-record.ts';
import type { Monitor } from '../supervise/monitor.ts';
import type { MachineDirectories } from '../supervise/socket-directory.ts';
import type { Edges } from './edges.ts';
import type { LeftBehind } from './left-behind.ts';
import type { ResetReader } from './reset-reader.ts';

/** One running machine as its operations see it. */
export interface MachineContext {
  readonly id: string;
  /** As it was started or adopted; what changed since is in `disks`, `adapters` and the record. */
  readonly spec: MachineSpec;
  readonly host: HostServices;
  readonly monitor: Monitor;
  readonly directories: MachineDirectories;
  readonly edges: Edges;
  readonly resets: ResetReader;
  readonly disks: Map<string, DiskSpec>;
  readonly adapters: Map<string, AdapterSpec>;
  readonly leftBehind: LeftBehind;
}

/** Most that a machine's record keeps of what was touched; one request changes fewer. */
const MOST_TOUCHED = 1000;

/**
 * Notes, before it is changed, that a drive, an adapter or `memory` may soon be other than the service's record says. `file`: what
 * is put in.
 */
export async function touch(context: MachineContext, id: string, file: string | null = null): Promise<void> {
  const { [id]: before = null, ...others } = recordOf(context).touched;
  const kept = Object.entries(others).slice(-MOST_TOUCHED);
  await context.host.records.change(context.id, { touched: { ...Object.fromEntries(kept), [id]: file ?? before } });
}

/** It is what the service's record says. */
export async function settled(context: MachineContext, id: string): Promise<void> {
  const { [id]: _, ...others } = recordOf(context).touched;
  await context.host.records.change(context.id, { touched: others });
}

/** The machine's record; it exists as long as the machine does. */
export function recordOf(context: MachineContext): MachineRecord {
  const record = context.host.records.get(context.id);
  if (record === null) throw new Error('a running machine without a record');
  return record;
}
