import type { SystemsContext } from '../systems/context.ts';
import { switchNetwork } from '../networks/switch-network.ts';

/**
 * Makes the host have all switches that clients defined: devices of a network do not outlive the host's restart. A switch
 * that cannot be had is told in the log; machines that need it say so when they start.
 */
export const realizeSwitches = async (context: Pick<SystemsContext, 'graph' | 'network' | 'log'>): Promise<void> => {
  context.graph.setHostAdapters(await context.network.adapters());
  for (const held of context.graph.switches()) {
    const network = switchNetwork(held);
    if (network === null) continue;
    try {
      await context.network.apply(network);
    } catch (error) {
      context.log.error({ err: error, switch: held.id, name: held.name }, 'a switch could not be made on this host');
    }
  }
};
