import { byName, isMeant, NotFoundError, onlyOne } from '../by-name.ts';
import type { Switches } from '../host.ts';
import { HOST_ADAPTER, type NewSwitch, type VirtualSwitch } from '../switch.ts';
import type { RestClient } from './client.ts';
import type * as Rest from './generated/operations.ts';
import type { RestWork } from './work.ts';

/** Virtual switches of a vsms host, by REST. */
export const switchesOf = (client: RestClient, work: RestWork): Switches => {
  const list = async (): Promise<readonly VirtualSwitch[]> =>
    byName((await Array.fromAsync(client.items('listSwitches'))).map(switchOf));
  const find = async (nameOrId: string): Promise<VirtualSwitch> =>
    onlyOne(
      (await list()).filter((one) => isMeant(one, nameOrId)),
      nameOrId,
      'virtual switch',
    );
  const ports = async () => (await client.call('listNetworkPorts')).body.items;
  const portNamed = async (adapter: string): Promise<string> => {
    const found = (await ports()).find(({ name }) => name === adapter);
    if (found === undefined) throw new NotFoundError(adapter, HOST_ADAPTER);
    return found.id;
  };
  return {
    list,
    find,
    adapters: async () => byName((await ports()).map(({ name, mac, up, inUse }) => ({ name, mac, up, bound: inUse }))),
    create: async (wanted) => {
      const { name, notes, host } = wanted;
      const portId = wanted.adapter === null ? null : await portNamed(wanted.adapter);
      const body = { name, notes, kind: kindOf(wanted), portId, host };
      const answer = await work.answer('createSwitch', { body });
      return answer?.body?.id ?? (await find(name)).id;
    },
    delete: (id) => work.run('deleteSwitch', { params: { id } }),
  };
};

const kindOf = ({ adapter, host }: NewSwitch): 'private' | 'internal' | 'external' =>
  adapter !== null ? 'external' : host ? 'internal' : 'private';

const switchOf = ({ id, name, kind, portId, host, notes }: Rest.Switch): VirtualSwitch => ({
  id,
  name,
  kind,
  adapter: portId?.replace(/^Microsoft:/, '') ?? null,
  host,
  notes,
});
