import assert from 'node:assert/strict';
import { type WsmanClient, WsmanFault } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import { ConnectionError } from '../../src/client/connection.ts';
import { isReference, listOf, type Reference, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { resourceUri } from '../../src/client/uris.ts';
import { instanceName, localInstancePath, value as textValue } from '../cimxml/kit/messages.ts';
import { only, outputs, properties } from '../cimxml/kit/reply.ts';
import { CimxmlClient, V2 } from '../kit/cimxml-client.ts';
import type { Service } from '../kit/service.ts';
import { type Answer, Rest } from '../rest/kit.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

export interface Input {
  readonly kind: 'define' | 'modify' | 'read' | 'destroy';
  readonly value: string;
}
/** `absent`: there is no such system. `taken`: the identifier was another system's, so the new one got another. */
export type Output = 'done' | 'absent' | 'taken' | 'busy' | { readonly value: string };

/** One client: asks one thing after the other. @throws ConnectionError when it is not known what became of it */
export interface HistoryWire {
  ask(id: string, input: Input): Promise<Output>;
  close(): void;
}

/** What became of the job is unknown when the service ended before it did. */
async function destroy(wire: WsmanClient, system: Reference): Promise<Output> {
  const { returnValue, out } = await wire.invoke(SERVICE, 'DestroySystem', { AffectedSystem: system });
  if (returnValue === 32773) return 'absent';
  if (returnValue !== 0 && returnValue !== 4096) return 'busy';
  const job = out['Job'];
  if (!isReference(job)) return 'done';
  const ended = await wire.waitForJob(job).catch(() => null);
  if (ended !== null && textOf(ended.properties['JobState']) === '7') return 'done';
  // Whatever ended the waiting, also a service that is not there any more: the job had been taken.
  throw new ConnectionError('the job is lost');
}

async function askWsman(wire: WsmanClient, id: string, { kind, value }: Input): Promise<Output> {
  const className = 'Msvm_VirtualSystemSettingData';
  try {
    switch (kind) {
      case 'define': {
        const text = settingsText(className, { ElementName: 'one', VirtualSystemIdentifier: id, Notes: [value] });
        const { out } = await wire.run(SERVICE, 'DefineSystem', { SystemSettings: text });
        const made = out['ResultingSystem'];
        assert.ok(isReference(made));
        if (made.selectors['Name'] === id) return 'done';
        await wire.run(SERVICE, 'DestroySystem', { AffectedSystem: made });
        return 'taken';
      }
      case 'modify': {
        const text = settingsText(className, { InstanceID: `Microsoft:${id}`, Notes: [value] });
        await wire.run(SERVICE, 'ModifySystemSettings', { SystemSettings: text });
        return 'done';
      }
      case 'read': {
        const { properties } = await wire.get({ className, selectors: { InstanceID: `Microsoft:${id}` } });
        const [note] = listOf(properties['Notes']);
        assert.ok(typeof note === 'string');
        return { value: note };
      }
      case 'destroy': {
        const resource = resourceUri('root\\virtualization\\v2', 'Msvm_ComputerSystem');
        const AffectedSystem = {
          resourceUri: resource,
          selectors: { CreationClassName: 'Msvm_ComputerSystem', Name: id },
        };
        return await destroy(wire, AffectedSystem);
      }
    }
  } catch (error) {
    if (error instanceof WsmanFault && error.subcode === 'DestinationUnreachable') return 'absent';
    if (error instanceof MethodError && error.returnValue === 32773) return 'absent';
    if (error instanceof MethodError && [32774, 32775].includes(error.returnValue)) return 'busy';
    throw error;
  }
}

const REFUSALS: ReadonlyMap<number, Output> = new Map([
  [0, 'done'],
  [32773, 'absent'],
  [32774, 'busy'],
  [32775, 'busy'],
]);

/** The same over CIM-XML. */
async function askCimxml(client: CimxmlClient, id: string, { kind, value }: Input): Promise<Output> {
  const className = 'Msvm_VirtualSystemSettingData';
  const destroyed = (name: string) =>
    client.run('DestroySystem', {
      AffectedSystem: `<VALUE.REFERENCE>${localInstancePath(V2, instanceName('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: name }))}</VALUE.REFERENCE>`,
    });
  const told = (returned: number): Output => REFUSALS.get(returned) ?? assert.fail(`${kind}: ${returned}`);
  switch (kind) {
    case 'define': {
      const text = settingsText(className, { ElementName: 'one', VirtualSystemIdentifier: id, Notes: [value] });
      const { value: returned, reply } = await client.run('DefineSystem', { SystemSettings: textValue(text) });
      if (returned !== 0) return told(returned);
      const name = /Name=([0-9A-F-]+)$/.exec(String(outputs(reply)['ResultingSystem']))?.[1] ?? assert.fail(reply.text);
      if (name === id) return 'done';
      await destroyed(name);
      return 'taken';
    }
    case 'modify': {
      const text = settingsText(className, { InstanceID: `Microsoft:${id}`, Notes: [value] });
      return told((await client.run('ModifySystemSettings', { SystemSettings: textValue(text) })).value);
    }
    case 'read': {
      const InstanceName = instanceName(className, { InstanceID: `Microsoft:${id}` });
      const reply = await client.intrinsic('GetInstance', { InstanceName });
      if (reply.status === 6) return 'absent';
      const [note] = [properties(only(reply))['Notes']].flat();
      assert.ok(typeof note === 'string');
      return { value: note };
    }
    case 'destroy': {
      const { value: returned } = await destroyed(id);
      if (returned === 4096) throw new ConnectionError('the job is lost');
      return REFUSALS.get(returned) ?? 'busy';
    }
  }
}

/** The same over REST, which chooses the identifiers of new machines by itself: those come by WS-Management. */
async function askRest(rest: Rest, wire: WsmanClient, id: string, input: Input): Promise<Output> {
  const told = ({ status, body, text }: Answer): Output | null => {
    if (status === 404 || body?.returnValue === 32773) return 'absent';
    if (status === 409) return 'busy';
    // It goes on as a job, or its service is about to end.
    if (status === 202 || status === 503) throw new ConnectionError('the job is lost');
    assert.ok(status < 300, text);
    return null;
  };
  const ask = (path: string, options: Parameters<Rest['ask']>[1] = {}): Promise<Answer> =>
    rest.ask(path, options).catch((error: unknown) => {
      throw new ConnectionError('REST', null, (error as Error).cause ?? error);
    });
  switch (input.kind) {
    case 'define':
      return askWsman(wire, id, input);
    case 'modify':
      return told(await ask(`/vms/${id}/settings`, { method: 'PATCH', body: { notes: input.value } })) ?? 'done';
    case 'read': {
      const answer = await ask(`/vms/${id}`);
      return told(answer) ?? { value: answer.body.notes as string };
    }
    case 'destroy':
      return told(await ask(`/vms/${id}`, { method: 'DELETE' })) ?? 'done';
  }
}

/** What the clients of a history speak, in turn. */
export const WIRES: readonly [(service: Service) => HistoryWire, ...((service: Service) => HistoryWire)[]] = [
  (service) => {
    const wire = service.client();
    return { ask: (id, input) => askWsman(wire, id, input), close: () => wire.close() };
  },
  (service) => {
    const cimxml = new CimxmlClient(service);
    return { ask: (id, input) => askCimxml(cimxml, id, input), close: () => cimxml.close() };
  },
  (service) => {
    const [rest, wire] = [new Rest(service), service.client()];
    return { ask: (id, input) => askRest(rest, wire, id, input), close: () => wire.close() };
  },
];
