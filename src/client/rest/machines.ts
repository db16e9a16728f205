import { byName, isId, isMeant, NotFoundError, onlyOne } from '../by-name.ts';
import type { Machines, RequestedState } from '../host.ts';
import { type DiskOnHost, renamedDisks } from '../disk-on-host.ts';
import { byAge, type Checkpoint, type VirtualMachine } from '../machine.ts';
import type { MachineDetails } from '../machine-details.ts';
import type { MachineSummary } from '../summaries.ts';
import type { OperationId, RestClient } from './client.ts';
import type * as Rest from './generated/operations.ts';
import { machineDetails } from './machine-details.ts';
import { placeOf, SUMMARIZED, summaryOf } from './machine-words.ts';
import { orMissing } from './missing.ts';
import type { RestWork } from './work.ts';

/** EnabledState of the words of REST. */
const STATES: Readonly<Record<Exclude<Rest.Vm['state'], `code${number}`>, number>> = {
  unknown: 0,
  running: 2,
  off: 3,
  stopping: 4,
  saved: 6,
  paused: 9,
  starting: 10,
  resetting: 11,
  saving: 32773,
  pausing: 32776,
  resuming: 32777,
  pausedCritical: 32789,
};

const OPERATIONS = {
  2: 'startVm',
  3: 'stopVm',
  4: 'shutdownVm',
  6: 'saveVm',
  9: 'pauseVm',
  10: 'restartVm',
  11: 'resetVm',
} as const satisfies Readonly<Record<RequestedState, OperationId>>;

/** Only what is shown: the rest is looked up machine by machine, or costs bytes. */
const LISTED = ['id', 'name', 'state', 'processId', 'uptimeSeconds'] as const;
/** Characters of a text that names are looked for by. */
const LONGEST_LOOKED_FOR = 200;

/** Machines of a vsms host, by REST. */
export class RestMachines implements Machines {
  readonly #client: RestClient;
  readonly #work: RestWork;

  constructor(client: RestClient, work: RestWork) {
    this.#client = client;
    this.#work = work;
  }

  async list(): Promise<readonly VirtualMachine[]> {
    return byName((await Array.fromAsync(this.#client.items('listVms', { fields: LISTED }))).map(machineOf));
  }

  async find(nameOrId: string): Promise<VirtualMachine> {
    return onlyOne(isId(nameOrId) ? await this.#byId(nameOrId) : await this.#byName(nameOrId), nameOrId);
  }

  async #byId(id: string): Promise<readonly VirtualMachine[]> {
    const found = await orMissing(id, () => this.#client.call('getVm', { params: { id }, fields: LISTED }));
    return found === null || found.body === null ? [] : [machineOf(found.body)];
  }

  async #byName(name: string): Promise<readonly VirtualMachine[]> {
    // It finds texts within names and notes too.
    const query = { q: name.slice(0, LONGEST_LOOKED_FOR) };
    const found = await Array.fromAsync(this.#client.items('listVms', { query, fields: LISTED }));
    return found.filter((each) => each.name === name).map(machineOf);
  }

  async summaries(): Promise<ReadonlyMap<string, MachineSummary>> {
    const found = await Array.fromAsync(this.#client.items('listVms', { fields: SUMMARIZED }));
    return new Map(found.map((each) => [each.id, summaryOf(each)]));
  }

  async details(id: string): Promise<MachineDetails> {
    const found = await machineDetails(this.#client, id);
    if (found === null) throw new NotFoundError(id);
    return found;
  }

  async disksOnHost(id: string): Promise<readonly DiskOnHost[]> {
    const params = { id };
    const { items } = (await this.#client.call('listVmPaths', { params })).body;
    const devices = (await this.#client.call('listVmDevices', { params })).body;
    return renamedDisks(
      (devices?.disks ?? []).flatMap((disk) =>
        disk.imageId === null ? [] : [{ setting: disk.imageId, place: placeOf(disk) }],
      ),
      items.map(({ sourceId, path, hostPath, problem }) => ({ setting: sourceId, path, file: hostPath, problem })),
    );
  }

  request(id: string, state: RequestedState, progress?: (percent: number) => void): Promise<void> {
    const watch = progress === undefined ? {} : { progress };
    const input = { params: { id }, ...(OPERATIONS[state] === 'shutdownVm' ? { body: {} } : {}) };
    return this.#work.run(OPERATIONS[state], input, watch);
  }

  delete(id: string): Promise<void> {
    return this.#work.run('deleteVm', { params: { id } });
  }

  async checkpoints(id: string): Promise<readonly Checkpoint[]> {
    const { body } = await this.#client.call('listVmCheckpoints', { params: { id } });
    return byAge((body?.items ?? []).map(checkpointOf));
  }

  async findCheckpoint(id: string, nameOrId: string): Promise<Checkpoint> {
    const found = (await this.checkpoints(id)).filter((each) => isMeant(each, nameOrId));
    return onlyOne(found, nameOrId, 'checkpoint');
  }
}

const machineOf = ({
  id,
  name,
  state,
  processId,
  uptimeSeconds,
}: Pick<Rest.Vm, (typeof LISTED)[number]>): VirtualMachine => ({
  id,
  name,
  state: Object.hasOwn(STATES, state) ? STATES[state as keyof typeof STATES] : Number(state.replace(/^code/, '')),
  processId,
  onTimeMs: uptimeSeconds * 1000,
});

const checkpointOf = ({ id, name, createdAt, parentId, hasMemory }: Rest.Checkpoint): Checkpoint => ({
  id,
  name,
  createdAt: createdAt ?? '',
  parent: parentId,
  hasMemory,
});
