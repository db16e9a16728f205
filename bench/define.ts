import { Service } from '../test/kit/service.ts';
import { header, report, spread } from './kit/figures.ts';
import { defineEnvelope, Wire } from './kit/wire.ts';
import { bareHttp } from './peers/bare-http-peer.ts';
import { libvirtPeer } from './peers/libvirt.ts';

/** Bytes of the body that DefineSystem answers with. */
const REPLY_BYTES = 1600;

/**
 * Durable DefineSystem per second over WS-Management, 1 and 16 clients, beside libvirt's define over its daemon.
 * Both acknowledge after the definition is on disk; ours has twenty default devices, libvirt's domain five. With one
 * client nothing can overlap, so that the floor is shown too: the same requests answered by a bare server after a sync.
 */
export async function define(rounds = 5): Promise<void> {
  header('Durable definitions per second');
  const peer = await libvirtPeer();
  if (peer === null) console.log('libvirt is not installed or does not answer: nothing to compare with.');
  for (const clients of [1, 16]) {
    const ours: number[] = [];
    const theirs: number[] = [];
    const floor: number[] = [];
    const count = clients === 1 ? 1000 : 4000;
    await using service = await Service.start({ hypervisor: 'simulated' });
    await using bare = clients === 1 ? await bareHttp(REPLY_BYTES, 'sync') : null;
    const wire = new Wire(service.endpoints.http, service.password, clients);
    const bareWire = bare === null ? null : new Wire(bare.url, service.password, clients);
    const perSecond = async (over: Wire, prefix: string, requests = count): Promise<number> =>
      requests / (await over.flood(requests, clients, (i) => defineEnvelope(`${prefix}-${i}`)));
    // Enough that the code is compiled.
    await perSecond(wire, 'warm', 4000);
    if (bareWire !== null) await perSecond(bareWire, 'warm', 4000);
    // In turn, so that all see the same noise of the machine.
    for (let round = 0; round < rounds; round++) {
      ours.push(await perSecond(wire, `bench${round}`));
      if (bareWire !== null) floor.push(await perSecond(bareWire, `floor${round}`));
      if (peer !== null) theirs.push(peer.definePerSecond(clients, 300));
    }
    wire.close();
    bareWire?.close();
    const beside = peer === null ? null : { what: 'libvirt', value: spread(theirs) };
    const many = `${clients} client${clients === 1 ? '' : 's'}`;
    report({ what: `DefineSystem, ${many}`, unit: '/s', ours: spread(ours), beside, goal: { atLeast: 3 } });
    if (bare === null) continue;
    report({ what: `bare HTTP and a sync, ${many}`, unit: '/s', ours: spread(floor), beside, goal: null });
  }
}
