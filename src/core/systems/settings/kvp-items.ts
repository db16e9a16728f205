import { deviceValue } from '../../devices/effective.ts';
import type { DeviceSetting, Guid } from '../../model.ts';
import type { KvpItems } from '../../requests.ts';
import type { SystemsContext } from '../context.ts';
import { ConfigurationDraft, withDeviceValues } from '../draft.ts';
import { withConfiguration } from './modify-system.ts';
import { wrongState } from '../refusals.ts';
import { requireNotBusy, requireSystem } from '../targets.ts';

const texts = (component: DeviceSetting, name: keyof KvpItems): readonly string[] => {
  const value = deviceValue(component, name);
  return Array.isArray(value) ? value.map(String) : [];
};

/** AddKvpItems and its sisters (management-service §2): the items are part of the configuration, in any power state. */
export const changeKvpItems = (
  context: SystemsContext,
  id: Guid,
  change: (items: KvpItems) => KvpItems,
): Promise<void> =>
  context.turns.run(id.toUpperCase(), async () => {
    const system = requireSystem(context, id);
    requireNotBusy(system);
    const component = system.active.devices.find((device) => device.kind === 'kvp');
    if (component === undefined) throw wrongState('The virtual machine has no key-value pair exchange component.');
    const items = change({
      HostExchangeItems: texts(component, 'HostExchangeItems'),
      HostOnlyItems: texts(component, 'HostOnlyItems'),
    });
    const { HostExchangeItems, HostOnlyItems } = items;
    const changed = withDeviceValues(component, { HostExchangeItems, HostOnlyItems });
    if (changed === component) return;
    const draft = new ConfigurationDraft(system, system.active);
    draft.replace(component.part, changed);
    await context.ledger.commit(system, withConfiguration(system, null, draft.finish(), context.clock.now()));
  });
