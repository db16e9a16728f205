import type { SystemGraph } from '../core/graph.ts';
import type { HostNetwork } from '../core/networks/host-network.ts';
import type { SwitchTraffic } from '../rest/metrics/traffic.ts';

/** Counters of the ports of all switches that are networks of the host, read now. */
export const switchTraffic =
  (graph: SystemGraph, network: HostNetwork): SwitchTraffic =>
  async () => {
    const found = await Promise.all(
      [...graph.switches()].map(async ({ name, bridge }) =>
        bridge === null
          ? []
          : (await network.traffic(bridge)).map(({ device, ...port }) => ({ ...port, switchName: name, port: device })),
      ),
    );
    return found.flat();
  };
