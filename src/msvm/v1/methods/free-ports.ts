import { DomainError } from '../../../core/errors.ts';
import type { EthernetSwitch, Guid } from '../../../core/model.ts';
import type { RequestContext, SystemOperations } from '../../../core/requests.ts';
import { deviceValue } from '../../../core/devices/effective.ts';
import { connectionId } from '../../v2/settings/setting-index.ts';
import type { PendingPortEntity, PendingPorts } from '../pending-ports.ts';
import { isIdle, type PortEntity } from '../switch-port.ts';

/** A port that an adapter may be plugged into: it waits for its first one, or its adapter was taken out of it. */
export interface FreePort {
  readonly id: Guid;
  readonly switch: EthernetSwitch;
  readonly name: string;
  /** With the adapter that it was left by, as a connection that is not plugged in; null: it waits for its first. */
  readonly left: PortEntity | null;
}

/** Null: an adapter is plugged in. */
export const freePort = (port: PendingPortEntity | PortEntity): FreePort | null => {
  if (port.kind === 'pendingPort') return { id: port.id, switch: port.switch, name: port.name, left: null };
  if (!isIdle(port)) return null;
  const name = String(deviceValue(port.setting, 'ElementName') ?? '');
  return { id: connectionId(port.setting), switch: port.switch, name, left: port };
};

/** Takes free ports for an adapter that is to have them. */
export class FreePorts {
  readonly #ports: PendingPorts;
  readonly #operations: Pick<SystemOperations, 'addResources' | 'removeResources'>;

  constructor(ports: PendingPorts, operations: Pick<SystemOperations, 'addResources' | 'removeResources'>) {
    this.#ports = ports;
    this.#operations = operations;
  }

  /** Runs `work` while these ports belong to it; what it does not come to use goes back. @throws DomainError invalidParameter */
  async taking<T>(request: RequestContext, ports: readonly FreePort[], work: () => Promise<T>): Promise<T> {
    const back: (() => Promise<void> | void)[] = [];
    try {
      for (const port of ports) back.push(await this.#take(request, port));
      return await work();
    } catch (error) {
      for (const undo of back.reverse()) await undo();
      throw error;
    }
  }

  /** The way back. */
  async #take(request: RequestContext, { id, left }: FreePort): Promise<() => Promise<void> | void> {
    if (left === null) {
      const own = this.#ports.take(id);
      if (own === undefined) throw usedTwice(id);
      return () => this.#ports.putBack(own);
    }
    const { setting, place } = left;
    const configuration = place.configuration.id;
    await this.#operations.removeResources(request, [{ configuration, part: setting.part }]);
    return async () => {
      const { values, parent } = setting;
      const input = {
        className: 'Msvm_EthernetPortAllocationSettingData',
        instanceId: null,
        parent: parent === null ? null : { configuration, part: parent },
        values,
        connectionId: id,
      };
      await this.#operations.addResources(request, configuration, [input]);
    };
  }
}

export const usedTwice = (port: string): DomainError =>
  new DomainError('invalidParameter', `The switch port ${port} is named by two network adapters. Make one for each.`);
