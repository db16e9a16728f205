import { firstText } from '../devices/effective.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { switchOfLink } from '../systems/machine/external-checks.ts';
import { liveSteps } from '../systems/machine/live-changes.ts';
import { withNetworks } from '../systems/machine/machine-networks.ts';
import { isLive } from '../systems/moments.ts';

/**
 * Plugs the adapters of running machines that name a switch in again after the switch changed or went. A machine that does
 * not take it keeps what it has, which is told in the log: the switch is changed already.
 */
export const rewireMachines = async (context: SystemsContext, switchId: Guid): Promise<void> => {
  for (const system of [...context.graph.systems()]) {
    if (!isLive(system.power) || !names(system, switchId)) continue;
    await context.turns.run(system.id, () => rewire(context, system.id));
  }
};

const names = ({ active }: VirtualSystem, switchId: Guid): boolean =>
  active.devices.some((device) => {
    if (device.kind !== 'ethernetConnection') return false;
    const link = firstText(device, 'HostResource');
    return link !== null && switchOfLink(link) === switchId;
  });

const rewire = async (context: SystemsContext, id: Guid): Promise<void> => {
  const [system, running] = [context.graph.system(id), context.fleet.get(id)];
  if (system === undefined || running === undefined || !isLive(system.power)) return;
  const spec = withNetworks(context, system.active, running.spec);
  try {
    for (const step of liveSteps(running.spec, spec)) await step.apply(running.machine);
    context.fleet.setSpec(id, spec);
  } catch (error) {
    context.log.error({ err: error, system: id }, 'a running machine could not follow the change of its switch');
  }
};
