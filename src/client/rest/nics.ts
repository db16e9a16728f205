import { NotFoundError } from '../by-name.ts';
import type { Nics } from '../host.ts';
import {
  ADAPTERS,
  connectionOf,
  DEFAULT_ADAPTER_NAME,
  type NetworkAdapter,
  type PortChange,
} from '../network-adapter.ts';
import type { RestClient } from './client.ts';
import type * as Rest from './generated/operations.ts';
import type { RestWork } from './work.ts';

const CLASSES = { synthetic: ADAPTERS[0], emulated: ADAPTERS[1] } as const;

/** Network adapters of machines of a vsms host, by REST. */
export const nicsOf = (client: RestClient, work: RestWork): Nics => {
  const list = async (machine: string): Promise<readonly NetworkAdapter[]> => {
    const { body } = await client.call('listVmDevices', { params: { id: machine } });
    const found = (body?.nics ?? []).map((nic) => adapterOf(machine, nic));
    return ADAPTERS.flatMap((className) => found.filter((each) => each.className === className));
  };
  const change = (machine: string, adapter: NetworkAdapter, body: NicChange): Promise<void> =>
    work.run('changeVmNic', { params: { id: machine, device: deviceOf(adapter) }, body });
  return {
    list,
    add: async (machine, { name = DEFAULT_ADAPTER_NAME, switchId }) => {
      const before = new Set((await list(machine)).map(({ id }) => id));
      await work.run('addVmNic', { params: { id: machine }, body: { name, switchId } });
      const made = (await list(machine)).find(({ id }) => !before.has(id));
      if (made === undefined) throw new NotFoundError(name, 'network adapter of this machine');
      return made;
    },
    remove: (machine, adapter) => work.run('removeVmNic', { params: { id: machine, device: deviceOf(adapter) } }),
    connect: (machine, adapter, switchId) => change(machine, adapter, { switchId }),
    disconnect: (machine, adapter) =>
      adapter.connection === null ? Promise.resolve() : change(machine, adapter, { switchId: null }),
    change: async (machine, adapter, { mac, ...port }) => {
      const ofPort = portOf(port);
      if (Object.keys(ofPort).length > 0) connectionOf(adapter);
      await change(machine, adapter, { ...(mac === undefined ? {} : { mac }), ...ofPort });
    },
  };
};

type NicChange = NonNullable<Rest.Operations['changeVmNic']['input']['body']>;

const portOf = ({ vlan, limit, ...guards }: PortChange): NicChange => ({
  ...(vlan === undefined ? {} : { vlanId: vlan }),
  ...(limit === undefined ? {} : { limitBitsPerSecond: limit }),
  ...guards,
});

/** InstanceID of a part of a machine, and back. */
const settingOf = (machine: string, part: string): string => `Microsoft:${machine}\\${part.replaceAll('~', '\\')}`;
const deviceOf = ({ id }: NetworkAdapter): string => id.slice(id.indexOf('\\') + 1).replaceAll('\\', '~');

const adapterOf = (machine: string, nic: Rest.Nic): NetworkAdapter => ({
  id: settingOf(machine, nic.id),
  className: CLASSES[nic.kind],
  name: nic.name,
  mac: nic.mac,
  dynamicMac: nic.macDynamic,
  connection: nic.connectionId === null ? null : settingOf(machine, nic.connectionId),
  switch: nic.connected ? nic.switchId : null,
  vlan: nic.vlanId,
});
