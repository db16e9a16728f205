import assert from 'node:assert/strict';
import type { InvokeResult } from '../../src/client/cim-client.ts';
import { type WsmanClient, WsmanFault } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import { ConnectionError } from '../../src/client/connection.ts';
import type { Argument } from '../../src/client/envelope.ts';
import { isReference, listOf, numberOf, type Reference, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { resourceUri } from '../../src/client/uris.ts';
import type { XmlElement } from '../../src/xml/element.ts';
import { instanceName, localInstancePath, type ParameterTexts, value as textValue } from '../cimxml/kit/messages.ts';
import { only, outputs, properties } from '../cimxml/kit/reply.ts';
import { CimxmlClient, SNAPSHOT_SERVICE, V2 } from '../kit/cimxml-client.ts';
import type { Service } from '../kit/service.ts';
import { type Answer, Rest } from '../rest/kit.ts';
import type { Input, Output, Shown } from './history-model.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };
const SNAPSHOTS = { className: 'Msvm_VirtualSystemSnapshotService' };
const SETTINGS = 'Msvm_VirtualSystemSettingData';
const SYSTEM = 'Msvm_ComputerSystem';

/** RequestedState of the verbs (lifecycle §2). */
const REQUESTS: Readonly<Partial<Record<Input['kind'], number>>> = { start: 2, resume: 2, stop: 3, save: 6, pause: 9 };
const WORDS: readonly (readonly [string, number])[] = [
  ['running', 2],
  ['off', 3],
  ['stopping', 4],
  ['saved', 6],
  ['paused', 9],
  ['starting', 10],
  ['saving', 32773],
  ['pausing', 32776],
  ['resuming', 32777],
];
const POWER_WORDS: ReadonlyMap<string, number> = new Map(WORDS);

/** Of all that a machine has: its settings as they are now, and those of its checkpoints. */
const settingsOf = (id: string) =>
  `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = '${id}'`;

/** A machine with checkpoints that keep memory: what one resumes from is told apart from what starts anew. */
const newSettings = (id: string, note: string): string =>
  settingsText(SETTINGS, { ElementName: 'one', VirtualSystemIdentifier: id, Notes: [note], UserSnapshotType: 5 });

/** One client: asks one thing after the other. @throws ConnectionError when it is not known what became of it */
export interface HistoryWire {
  ask(id: string, input: Input): Promise<Output>;
  close(): void;
}

const lost = (): never => {
  throw new ConnectionError('the job is lost');
};

/** What a method has told, or its job; 4096: nobody knows. Any other refusal is one of the state, or of others at work. */
const told = (returned: number): Output => {
  if (returned === 0) return 'done';
  if (returned === 4096) return lost();
  if (returned === 32773) return 'absent';
  assert.ok([32768, 32774, 32775].includes(returned), `returned ${returned}`);
  return 'refused';
};

/** What its settings are, without those of its checkpoints; null: it is not there. */
const listed = (rows: readonly (Shown & { readonly type: string })[]): Output => {
  const [now] = rows.filter(({ type }) => !type.includes(':Snapshot:'));
  if (now === undefined) return 'absent';
  const checkpoints = rows.flatMap(({ type, ...shown }) => (type.includes(':Snapshot:') ? [shown] : []));
  return { note: now.note, checkpoints };
};

class WsmanWire implements HistoryWire {
  readonly #wire: WsmanClient;

  constructor(service: Service) {
    this.#wire = service.client();
  }

  async ask(id: string, input: Input): Promise<Output> {
    try {
      return await this.#ask(id, input);
    } catch (error) {
      if (error instanceof WsmanFault && error.subcode === 'DestinationUnreachable') return 'absent';
      if (error instanceof MethodError) return told(error.returnValue);
      throw error;
    }
  }

  async #ask(id: string, { kind, value }: Input): Promise<Output> {
    const settings = (name: string): Reference => this.#reference(SETTINGS, { InstanceID: `Microsoft:${name}` });
    const system = (name: string): Reference => this.#reference(SYSTEM, { CreationClassName: SYSTEM, Name: name });
    switch (kind) {
      case 'define': {
        const { out } = await this.#wire.run(SERVICE, 'DefineSystem', { SystemSettings: newSettings(id, value) });
        const made = out['ResultingSystem'];
        assert.ok(isReference(made));
        if (made.selectors['Name'] === id) return 'done';
        await this.#wire.run(SERVICE, 'DestroySystem', { AffectedSystem: made });
        return 'taken';
      }
      case 'modify': {
        const text = settingsText(SETTINGS, { InstanceID: `Microsoft:${id}`, Notes: [value] });
        return this.#run(SERVICE, 'ModifySystemSettings', { SystemSettings: text });
      }
      case 'destroy':
        return this.#run(SERVICE, 'DestroySystem', { AffectedSystem: system(id) });
      case 'take':
        return this.#run(SNAPSHOTS, 'CreateSnapshot', {
          AffectedSystem: system(id),
          SnapshotSettings: '',
          SnapshotType: 2,
        });
      case 'apply':
        return this.#run(SNAPSHOTS, 'ApplySnapshot', { Snapshot: settings(value) });
      case 'drop':
        return this.#run(SNAPSHOTS, 'DestroySnapshot', { AffectedSnapshot: settings(value) });
      case 'read': {
        const { properties: values } = await this.#wire.get(settings(id));
        return { note: textOf(listOf(values['Notes'])[0]) ?? assert.fail() };
      }
      case 'state':
        return { power: numberOf((await this.#wire.get(system(id))).properties['EnabledState']) };
      case 'list': {
        const rows: (Shown & { readonly type: string })[] = [];
        for await (const { properties: values } of this.#wire.query(settingsOf(id)))
          rows.push({
            id: (textOf(values['InstanceID']) ?? '').replace('Microsoft:', ''),
            note: textOf(listOf(values['Notes'])[0]) ?? '',
            hasMemory: textOf(values['IsSaved']) === 'true',
            type: textOf(values['VirtualSystemType']) ?? '',
          });
        return listed(rows);
      }
      default:
        return this.#run(system(id), 'RequestStateChange', { RequestedState: REQUESTS[kind] ?? assert.fail() });
    }
  }

  #reference(className: string, selectors: Readonly<Record<string, string>>): Reference {
    return { resourceUri: resourceUri('root\\virtualization\\v2', className), selectors };
  }

  /** A method and its job. Whatever ended the waiting, also a service that is not there any more: the job had been taken. */
  async #run(
    target: Reference | { readonly className: string },
    method: string,
    args: Readonly<Record<string, Argument>>,
  ): Promise<Output> {
    const { returnValue, out }: InvokeResult = await this.#wire.invoke(target, method, args);
    const job = out['Job'];
    if (returnValue !== 4096 || !isReference(job)) return told(returnValue);
    const ended = await this.#wire.waitForJob(job).catch(() => null);
    return ended === null ? lost() : textOf(ended.properties['JobState']) === '7' ? 'done' : 'refused';
  }

  close(): void {
    this.#wire.close();
  }
}

/** The same over CIM-XML. */
class CimxmlWire implements HistoryWire {
  readonly #client: CimxmlClient;

  constructor(service: Service) {
    this.#client = new CimxmlClient(service);
  }

  async ask(id: string, { kind, value }: Input): Promise<Output> {
    const system = (name: string): string => instanceName(SYSTEM, { CreationClassName: SYSTEM, Name: name });
    const settings = (name: string): string => instanceName(SETTINGS, { InstanceID: `Microsoft:${name}` });
    switch (kind) {
      case 'define': {
        const SystemSettings = textValue(newSettings(id, value));
        const { value: returned, reply } = await this.#client.run('DefineSystem', { SystemSettings });
        if (returned !== 0) return told(returned);
        const made = /Name=([0-9A-F-]+)$/.exec(String(outputs(reply)['ResultingSystem']))?.[1];
        assert.ok(made, reply.text);
        if (made === id) return 'done';
        await this.#client.run('DestroySystem', { AffectedSystem: reference(system(made)) });
        return 'taken';
      }
      case 'modify': {
        const text = settingsText(SETTINGS, { InstanceID: `Microsoft:${id}`, Notes: [value] });
        return this.#run('ModifySystemSettings', { SystemSettings: textValue(text) });
      }
      case 'destroy':
        return this.#run('DestroySystem', { AffectedSystem: reference(system(id)) });
      case 'take': {
        const AffectedSystem = reference(system(id));
        const SnapshotType = textValue(2);
        return this.#run(
          'CreateSnapshot',
          { AffectedSystem, SnapshotSettings: textValue(''), SnapshotType },
          SNAPSHOT_SERVICE,
        );
      }
      case 'apply':
        return this.#run('ApplySnapshot', { Snapshot: reference(settings(value)) }, SNAPSHOT_SERVICE);
      case 'drop':
        return this.#run('DestroySnapshot', { AffectedSnapshot: reference(settings(value)) }, SNAPSHOT_SERVICE);
      case 'read': {
        const values = await this.#get(settings(id));
        return values === null ? 'absent' : { note: noteOf(values) };
      }
      case 'state': {
        const values = await this.#get(system(id));
        return values === null ? 'absent' : { power: Number(values['EnabledState']) };
      }
      case 'list': {
        const parameters = { QueryLanguage: textValue('WQL'), Query: textValue(settingsOf(id)) };
        const reply = await this.#client.intrinsic('ExecQuery', parameters);
        assert.equal(reply.status, 0, reply.description);
        return listed(
          reply.items.map((item) => {
            const values = properties(instanceOf(item));
            return {
              id: String(values['InstanceID']).replace('Microsoft:', ''),
              note: noteOf(values),
              hasMemory: values['IsSaved'] === 'TRUE',
              type: String(values['VirtualSystemType']),
            };
          }),
        );
      }
      default:
        return this.#run(
          'RequestStateChange',
          { RequestedState: textValue(REQUESTS[kind] ?? assert.fail()) },
          localInstancePath(V2, system(id)),
        );
    }
  }

  async #run(method: string, parameters: ParameterTexts, target?: string): Promise<Output> {
    const { value, reply } = await this.#client.run(method, parameters, target);
    // The path of a method is that of no instance.
    return reply.status === 6 ? 'absent' : told(value);
  }

  async #get(InstanceName: string): Promise<ReturnType<typeof properties> | null> {
    const reply = await this.#client.intrinsic('GetInstance', { InstanceName });
    return reply.status === 6 ? null : properties(only(reply));
  }

  close(): void {
    this.#client.close();
  }
}

const reference = (name: string): string => `<VALUE.REFERENCE>${localInstancePath(V2, name)}</VALUE.REFERENCE>`;

const noteOf = (values: ReturnType<typeof properties>): string =>
  [values['Notes']].flat()[0] ?? assert.fail('a machine has a note');

const instanceOf = (element: XmlElement): XmlElement =>
  element.local === 'INSTANCE' ? element : instanceOf(element.children.at(-1) ?? assert.fail('an instance'));

/** The same over REST, which chooses the identifiers of new machines by itself: those come by WS-Management. */
class RestWire implements HistoryWire {
  readonly #rest: Rest;
  readonly #wire: WsmanWire;

  constructor(service: Service) {
    this.#rest = new Rest(service);
    this.#wire = new WsmanWire(service);
  }

  async ask(id: string, input: Input): Promise<Output> {
    const { kind, value } = input;
    switch (kind) {
      case 'define':
        return this.#wire.ask(id, input);
      case 'modify':
        return this.#done(`/vms/${id}/settings`, 'PATCH', { notes: value });
      case 'destroy':
        return this.#done(`/vms/${id}`, 'DELETE');
      case 'take':
        return this.#done(`/vms/${id}/checkpoints`, 'POST', { type: 'standard' });
      case 'apply':
        return this.#done(`/checkpoints/${value}/apply`, 'POST', {});
      case 'drop':
        return this.#done(`/checkpoints/${value}`, 'DELETE');
      case 'read':
        return this.#seen(`/vms/${id}`, ({ body }) => ({ note: body.notes as string }));
      case 'state':
        return this.#seen(`/vms/${id}`, ({ body, text }) => ({
          power: POWER_WORDS.get(body.state as string) ?? assert.fail(text),
        }));
      case 'list':
        return this.#seen(`/vms/${id}/checkpoints`, ({ body }) => ({
          checkpoints: (body.items as readonly { id: string; notes: string; hasMemory: boolean }[]).map(
            ({ id: checkpoint, notes, hasMemory }) => ({ id: checkpoint, note: notes, hasMemory }),
          ),
        }));
      default:
        return this.#done(`/vms/${id}/${kind}`, 'POST', {});
    }
  }

  async #ask(path: string, options: Parameters<Rest['ask']>[1] = {}): Promise<Answer> {
    return this.#rest.ask(path, options).catch((error: unknown) => {
      throw new ConnectionError('REST', null, (error as Error).cause ?? error);
    });
  }

  async #done(path: string, method: string, body?: unknown): Promise<Output> {
    const { status, body: answer, text } = await this.#ask(path, { method, body });
    if (status === 404 || answer?.returnValue === 32773) return 'absent';
    // It goes on as a job, or its service is about to end.
    if (status === 202 || status === 503) return lost();
    if (status === 409 || typeof answer?.job === 'string') return 'refused';
    assert.ok(status < 300, text);
    return 'done';
  }

  async #seen(path: string, look: (answer: Answer) => Output): Promise<Output> {
    const answer = await this.#ask(path);
    if (answer.status === 404) return 'absent';
    if (answer.status === 503) return lost();
    assert.equal(answer.status, 200, answer.text);
    return look(answer);
  }

  close(): void {
    this.#wire.close();
  }
}

/** What the clients of a history speak, in turn. */
export const WIRES: readonly [(service: Service) => HistoryWire, ...((service: Service) => HistoryWire)[]] = [
  (service) => new WsmanWire(service),
  (service) => new CimxmlWire(service),
  (service) => new RestWire(service),
];
