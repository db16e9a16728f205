import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import Fastify from 'fastify';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { CimBroker } from '../../src/cim/operations.ts';
import { registerRoutes } from '../../src/rest/endpoint/routes.ts';
import { Turns } from '../../src/rest/endpoint/turns.ts';
import type { RestService } from '../../src/rest/service.ts';
import { routeTable } from '../../src/rest/routes/table.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';

type Request = Parameters<CimBroker['execute']>[1];

/** What makes something, and the first look at it, just before which somebody else deletes it. */
interface Case {
  readonly path: (vm: string) => string;
  readonly body: object;
  readonly method: string;
  readonly looks: (request: Request) => boolean;
}

const gets =
  (className: string) =>
  (request: Request): boolean =>
    request.kind === 'getInstance' && request.path.className === className;
const asks = ({ kind }: Request): boolean => kind === 'execQuery' || kind === 'associators';

const CASES: Readonly<Record<string, Case>> = {
  'a machine': {
    path: () => '/vms',
    body: { name: 'new' },
    method: 'DefineSystem',
    looks: gets('Msvm_ComputerSystem'),
  },
  'a checkpoint': {
    path: (vm) => `/vms/${vm}/checkpoints`,
    body: {},
    method: 'CreateSnapshot',
    looks: gets('Msvm_VirtualSystemSettingData'),
  },
  'a reference point': {
    path: (vm) => `/vms/${vm}/reference-points`,
    body: {},
    method: 'CreateReferencePoint',
    looks: gets('Msvm_VirtualSystemReferencePoint'),
  },
  'a network adapter': { path: (vm) => `/vms/${vm}/nics`, body: {}, method: 'AddResourceSettings', looks: asks },
  'a controller': { path: (vm) => `/vms/${vm}/controllers`, body: {}, method: 'AddResourceSettings', looks: asks },
  'a drive': { path: (vm) => `/vms/${vm}/disks`, body: { kind: 'dvd' }, method: 'AddResourceSettings', looks: asks },
  'a switch': { path: () => '/switches', body: { name: 'new' }, method: 'DefineSystem', looks: asks },
};

describe('what was made and is gone before it can be read again is done (204), not 404', () => {
  const listener = Fastify();
  let world: HyperVWorld;
  /** Called before each operation of a route. */
  let meanwhile: (request: Request) => Promise<void> = async () => undefined;
  /** Called after it. */
  let done: (request: Request, answer: object) => void = () => undefined;
  before(async () => {
    world = await openWorld();
    const broker = new Proxy(world.broker, {
      get: (target, name) => {
        const own: unknown = Reflect.get(target, name, target);
        if (name !== 'execute') return typeof own === 'function' ? own.bind(target) : own;
        return async (context: Parameters<CimBroker['execute']>[0], request: Request) => {
          await meanwhile(request);
          const answer = await target.execute(context, request);
          done(request, answer as object);
          return answer;
        };
      },
    });
    const service = {
      hosts: new Set<string>(),
      log: { info: () => undefined, warn: () => undefined, error: console.error },
      broker,
      turns: new Turns(),
      streams: new Set(),
      files: {},
      accounts: {
        authenticate: async () => ({ ok: true, caller: world.client.context.caller, lives: () => true }),
      },
    } as unknown as RestService;
    registerRoutes(listener, service, routeTable(service));
    await listener.listen({ host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    await listener.close();
    await world[Symbol.asyncDispose]();
  });

  const send = async (method: string, path: string, body?: object): Promise<{ status: number; text: string }> => {
    const { port } = listener.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };

  for (const [what, { path, body, method, looks }] of Object.entries(CASES)) {
    test(what, async () => {
      const made = await send('POST', '/vms', { name: 'own' });
      assert.equal(made.status, 201, made.text);
      const vm = (JSON.parse(made.text) as { id: string }).id;
      let goes: { readonly path: string } | null = null;
      let went = 0;
      done = (request, answer) => {
        if (request.kind !== 'invokeMethod' || request.method !== method) return;
        const system = 'out' in answer ? (answer.out as Record<string, unknown>)['ResultingSystem'] : null;
        const id = system instanceof ObjectPath ? String(system.key('Name')) : vm;
        goes = { path: what === 'a switch' ? `/switches/${id}` : `/vms/${id}` };
      };
      meanwhile = async (request) => {
        if (goes === null || !looks(request)) return;
        const { path: gone } = goes;
        goes = null;
        done = () => undefined;
        meanwhile = async () => undefined;
        const deleted = await send('DELETE', gone);
        assert.equal(deleted.status, 204, deleted.text);
        went++;
      };
      const answer = await send('POST', path(vm), body);
      assert.equal(went, 1, `somebody deleted it: ${answer.text}`);
      assert.deepEqual([answer.status, answer.text], [204, '']);
    });
  }
});
