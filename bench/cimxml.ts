import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { Service } from '../test/kit/service.ts';
import { header, report, single, spread, withinLimit } from './kit/figures.ts';
import { contextOf, enumerateEnvelope, populate, pullEnvelope, Wire } from './kit/wire.ts';

const COUNT = 10_000;
const ROUNDS = 5;

/** Highest resident memory since the last reset, in MB (VmHWM). */
const peakMb = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The peak counts from here on (proc(5), clear_refs 5). */
const resetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

const ENUMERATE =
  '<?xml version="1.0" encoding="utf-8" ?><CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ>' +
  '<IMETHODCALL NAME="EnumerateInstances"><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="virtualization"/><NAMESPACE NAME="v2"/></LOCALNAMESPACEPATH>' +
  '<IPARAMVALUE NAME="ClassName"><CLASSNAME NAME="Msvm_ComputerSystem"/></IPARAMVALUE></IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>';

/** Instances in the reply of EnumerateInstances, counted as they come. */
function overCimxml(service: Service): Promise<number> {
  const { hostname, port } = new URL(service.endpoints.cimxml);
  const auth = `admin:${service.password}`;
  const headers = { 'content-type': 'application/xml; charset="utf-8"', cimoperation: 'MethodCall' };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method: 'POST', path: '/cimom', auth, headers }, (reply) => {
      const mark = '</VALUE.NAMEDINSTANCE>';
      let seen = 0;
      let tail = '';
      reply.setEncoding('latin1');
      reply.on('data', (chunk: string) => {
        const text = tail + chunk;
        seen += text.split(mark).length - 1;
        tail = text.slice(Math.max(0, text.lastIndexOf(mark) + mark.length, text.length - mark.length));
      });
      reply.on('end', () => resolve(seen));
      reply.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(ENUMERATE);
  });
}

async function overWsman(wire: Wire): Promise<number> {
  let seen = 0;
  let context = contextOf(await wire.post(enumerateEnvelope('SELECT * FROM Msvm_ComputerSystem')));
  while (context !== '') {
    const reply = await wire.post(pullEnvelope(context, 32_000));
    seen += reply.split('<p:Msvm_ComputerSystem ').length - 1;
    context = contextOf(reply);
  }
  return seen;
}

/** All of 10 000 systems over CIM-XML beside the same over WS-Management, and what the service's memory rises to. */
export async function cimxml(): Promise<void> {
  header('10 000 instances over CIM-XML');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const filling = new Wire(service.endpoints.http, service.password, 16);
  await populate(filling, 'cimxml', 0, COUNT);
  filling.close();
  const measure = async (read: () => Promise<number>): Promise<{ readonly ms: number[]; readonly peak: number }> => {
    const ms: number[] = [];
    for (let round = 0; round < ROUNDS + 1; round++) {
      // The first round is for the compiler.
      if (round === 1) resetPeak(service.pid);
      const started = performance.now();
      const seen = await read();
      if (seen !== COUNT + 1) throw new Error(`${seen} systems came instead of ${COUNT + 1}.`);
      if (round > 0) ms.push(performance.now() - started);
    }
    return { ms, peak: peakMb(service.pid) };
  };
  // Each protocol has a service that has answered nothing yet.
  await service.stop();
  await service.run();
  const start = peakMb(service.pid);
  const ours = await measure(() => overCimxml(service));
  await service.stop();
  await service.run();
  const wire = new Wire(service.endpoints.http, service.password, 1);
  const theirs = await measure(() => overWsman(wire));
  wire.close();
  report({
    what: 'all of 10 000 systems in one reply',
    unit: 'ms',
    ours: spread(ours.ms),
    beside: { what: 'WS-Management, Pulls of up to 16 MB', value: spread(theirs.ms) },
    goal: null,
  });
  report({
    what: 'peak memory of the service meanwhile',
    unit: 'MB',
    ours: single(ours.peak),
    beside: { what: 'WS-Management', value: single(theirs.peak) },
    goal: null,
  });
  // The reply is tens of MB: what the service holds of it must be far less.
  report(
    withinLimit({
      what: 'peak above that of its start',
      unit: 'MB',
      ours: single(Math.max(0, ours.peak - start)),
      limit: 100,
    }),
  );
}
