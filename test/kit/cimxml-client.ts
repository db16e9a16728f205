import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError } from '../../src/client/connection.ts';
import { post } from '../cimxml/kit/endpoint.ts';
import { extrinsic, instanceName, intrinsic, localInstancePath, type ParameterTexts } from '../cimxml/kit/messages.ts';
import { type CimReply, only, outputs, properties, readReply, returnValue } from '../cimxml/kit/reply.ts';
import type { Service } from './service.ts';

export const V2 = 'root/virtualization/v2';
/** Where the methods of checkpoints are. */
export const SNAPSHOT_SERVICE = localInstancePath(V2, '<INSTANCENAME CLASSNAME="Msvm_VirtualSystemSnapshotService"/>');
const MANAGEMENT = localInstancePath(V2, '<INSTANCENAME CLASSNAME="Msvm_VirtualSystemManagementService"/>');

/** A client of the running service over CIM-XML; what ends a connection is the same error as over WS-Management. */
export class CimxmlClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;
  readonly #authorization: string;

  constructor(service: Service, { user, password } = { user: 'admin', password: service.password }) {
    this.#port = Number(new URL(service.endpoints.cimxml).port);
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  intrinsic(name: string, parameters: ParameterTexts): Promise<CimReply> {
    return this.#send(intrinsic(name, V2, parameters));
  }

  /** A method of the management service, or of another object. */
  manage(method: string, parameters: ParameterTexts, target = MANAGEMENT): Promise<CimReply> {
    return this.#send(extrinsic(method, target, parameters));
  }

  /** The job that a method answered with (4096), when it has ended: its state; null: it is gone. */
  async jobState(reply: CimReply): Promise<number | null> {
    const id = /InstanceID=([0-9A-Fa-f-]+)/.exec(String(outputs(reply)['Job']))?.[1] ?? '';
    for (;;) {
      const found = await this.intrinsic('GetInstance', {
        InstanceName: instanceName('Msvm_ConcreteJob', { InstanceID: id }),
      });
      if (found.status !== 0) return null;
      const state = Number(properties(only(found))['JobState']);
      if (state >= 7) return state;
      await sleep(20);
    }
  }

  /**
   * A method, and its job: the return value of what came to its end (32768 when the job failed), 4096 when the job is lost, NaN
   * for an error of the operation.
   */
  async run(
    method: string,
    parameters: ParameterTexts,
    target = MANAGEMENT,
  ): Promise<{ readonly value: number; readonly reply: CimReply }> {
    const reply = await this.manage(method, parameters, target);
    if (reply.status !== 0) return { value: Number.NaN, reply };
    const value = Number(returnValue(reply));
    if (value !== 4096) return { value, reply };
    // A service that is gone while one waits had taken the job all the same: not the error of one that was never asked.
    const state = await this.jobState(reply).catch(() => null);
    if (state === null) return { value: 4096, reply };
    return { value: state === 7 ? 0 : 32768, reply };
  }

  async #send(body: string): Promise<CimReply> {
    let answer;
    try {
      answer = await post(this.#port, this.#agent, body, { headers: { authorization: this.#authorization } });
    } catch (cause) {
      throw new ConnectionError(`The connection ended: ${String(cause)}`, null, cause);
    }
    return readReply(answer);
  }

  close(): void {
    this.#agent.destroy();
  }
}
