import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ImageTool } from '../core/disks/image-tool.ts';
import type { HostNetwork } from '../core/networks/host-network.ts';
import type { Clock, Hypervisor } from '../core/ports.ts';
import { createQemuHypervisor } from '../qemu/hypervisor.ts';
import type { InheritedAccess } from '../qemu/images/inherited-access.ts';
import { createSimulatedHypervisor } from '../simulated/hypervisor.ts';
import type { Config } from './config/config.ts';

/** The hypervisor that the configuration names. */
export const openHypervisor = async (
  config: Config,
  parts: {
    readonly network: HostNetwork;
    /** Of the service, and where each machine has its run directory. */
    readonly directories: { readonly state: string; readonly run: string };
    readonly clock: Clock;
    readonly log: Logger;
    readonly hostMemoryMb: number;
    readonly images: ImageTool;
    readonly inheritedAccess: InheritedAccess;
  },
): Promise<Hypervisor> =>
  config.hypervisor === 'simulated'
    ? createSimulatedHypervisor({ clock: parts.clock, runDirectory: parts.directories.run, images: parts.images })
    : createQemuHypervisor({
        stateDirectory: join(parts.directories.state, 'qemu'),
        runDirectory: config.run_dir,
        accelerator: config.accelerator,
        user: 'auto',
        inheritedAccess: parts.inheritedAccess,
        network: parts.network,
        log: parts.log.child({ part: 'qemu' }),
      });
