import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { basic, post } from '../cimxml/kit/endpoint.ts';
import { extrinsic, localInstancePath } from '../cimxml/kit/messages.ts';
import { readReply, returnValue } from '../cimxml/kit/reply.ts';
import { Service } from '../kit/service.ts';
import { METHOD_RIGHTS } from '../msvm/method-rights.ts';
import { Rest } from '../rest/kit.ts';

const V2 = 'root\\virtualization\\v2';
const ROLES = ['viewer', 'operator', 'administrator'] as const;
type Role = (typeof ROLES)[number];
const ALLOWED: Readonly<Record<string, readonly Role[]>> = {
  read: ROLES,
  operate: ['operator', 'administrator'],
  administer: ['administrator'],
};
const ACCESS_DENIED = 32769;
/** Its instances belong to machines, of which there are none here; test/msvm/roles asks the broker. */
const OF_MACHINES: ReadonlySet<string> = new Set(['Msvm_GuestFileService']);
const passwordOf = (role: Role): string => `${role}-Passw0rd`;

/** The return value of a method without arguments, by one protocol. */
type Ask = (role: Role, className: string, method: string) => Promise<number>;

/**
 * K8: the roles are the broker's, whatever the protocol. The table is that of test/msvm/roles, where the broker is asked; here it
 * is asked over the wire, each method of each service by every role over every protocol.
 */
describe('20 the rights of every role over every protocol', () => {
  let service: Service;
  const clients = new Map<Role, WsmanClient>();
  const agent = new Agent({ keepAlive: true });
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    for (const role of ROLES) {
      await rest.expect(201, `/users/${role}`, { method: 'PUT', body: { password: passwordOf(role), role } });
      clients.set(role, service.client(undefined, { user: role, password: passwordOf(role) }));
    }
  });
  after(async () => {
    agent.destroy();
    for (const client of clients.values()) client.close();
    await service[Symbol.asyncDispose]();
  });

  const protocols: Readonly<Record<string, Ask>> = {
    wsman: async (role, className, method) =>
      (await (clients.get(role) ?? assert.fail(role)).invoke({ className }, method)).returnValue,
    cimxml: async (role, className, method) => {
      const path = localInstancePath('root/virtualization/v2', `<INSTANCENAME CLASSNAME="${className}"/>`);
      const headers = { authorization: basic(role, passwordOf(role)) };
      const port = Number(new URL(service.endpoints.cimxml).port);
      return Number(returnValue(readReply(await post(port, agent, extrinsic(method, path, {}), { headers }))));
    },
    rest: async (role, className, method) => {
      const answer = await rest.ask('/cim/invoke', {
        method: 'POST',
        as: `${role}:${passwordOf(role)}`,
        body: { className, method },
        headers: { prefer: 'respond-async' },
      });
      if (answer.status === 202) return 4096;
      assert.ok(typeof answer.body.returnValue === 'number', `${role} ${className}.${method}: ${answer.text}`);
      assert.equal(answer.status === 403, answer.body.returnValue === ACCESS_DENIED, answer.text);
      return answer.body.returnValue;
    },
  };

  for (const [protocol, ask] of Object.entries(protocols))
    test(`K8 ${protocol}`, async () => {
      const wrong: string[] = [];
      let asked = 0;
      for (const [className, rights] of Object.entries(METHOD_RIGHTS[V2] ?? {})) {
        if (!className.endsWith('Service') || OF_MACHINES.has(className)) continue;
        for (const [right, methods] of Object.entries(rights))
          for (const method of methods)
            for (const role of ROLES) {
              asked += 1;
              const denied = (await ask(role, className, method)) === ACCESS_DENIED;
              if (denied === (ALLOWED[right] ?? []).includes(role)) wrong.push(`${role} ${className}.${method}`);
            }
      }
      assert.ok(asked > 200, `${asked}`);
      assert.deepEqual(wrong, []);
    });
});
