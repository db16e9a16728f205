import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { REQUESTS } from '../../src/client/machine.ts';
import type { Service } from '../../test/kit/service.ts';
import { populate, Wire } from './wire.ts';

/** Defines `count` machines and starts all that there are. @throws Error when one does not run */
export async function runMachines(service: Service, prefix: string, count: number): Promise<void> {
  const wire = new Wire(service.endpoints.http, service.password, 16);
  await populate(wire, prefix, 0, count);
  wire.close();
  const client = service.client();
  const all = new VirtualMachines(client);
  const waiting = [...(await all.list())];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        await all.request(next.id, REQUESTS.start);
      }
    }),
  );
  if ((await all.list()).some(({ state }) => state !== 2)) throw new Error('Not all machines run.');
  client.close();
}
