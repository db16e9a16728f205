import type { MachineCheckpoints, Machines } from '../host.ts';
import { madeSince } from '../machine.ts';
import type { RestClient } from './client.ts';
import { RestError } from './error.ts';
import type { RestWork } from './work.ts';

const TYPES = { standard: 'standard', disk: 'disksOnly', recovery: 'recovery' } as const;
const MANAGEMENT = 'Msvm_VirtualSystemManagementService';

/** Checkpoints of a vsms host, by REST. */
export const checkpointsOf = (client: RestClient, work: RestWork, machines: Machines): MachineCheckpoints => ({
  create: async (machine, { type, ...named }, watch) => {
    const before = await machines.checkpoints(machine);
    const body = { ...named, type: TYPES[type] };
    await work.run('createCheckpoint', { params: { id: machine }, body }, watch);
    return madeSince(before, await machines.checkpoints(machine));
  },
  apply: (id, watch) => work.run('applyCheckpoint', { params: { id } }, watch),
  delete: (id, tree, watch) =>
    work.run('deleteCheckpoint', { params: { id }, query: tree ? { tree: 'true' } : {} }, watch),
  rename: (id, name) => work.run('changeCheckpoint', { params: { id }, body: { name } }),
  currentParent: async (machine) => {
    const { body } = await client.call('listVmCheckpoints', { params: { id: machine } });
    return body?.currentParentId ?? null;
  },
  diskSize: async (machine, checkpoint) => {
    const { body } =
      checkpoint === null
        ? await client.call('listVmDevices', { params: { id: machine } })
        : await client.call('listCheckpointDevices', { params: { id: checkpoint } });
    try {
      let bytes = 0;
      for (const { kind, path } of body?.disks ?? [])
        if (kind === 'disk' && path !== null)
          bytes += (await client.call('getImage', { query: { path } })).body?.fileBytes ?? 0;
      return bytes;
    } catch (error) {
      if (error instanceof RestError) return null;
      throw error;
    }
  },
  // Told by no route of its own, but under its name in CIM.
  size: async (id) => {
    const setting = `Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${id}"`;
    const body = { className: MANAGEMENT, method: 'GetSizeOfSystemFiles', arguments: { Vssd: setting } };
    const answer = await client.call('cimInvoke', { body });
    return answer.status === 200 ? Number(answer.body.out['Size']) : 0;
  },
});
