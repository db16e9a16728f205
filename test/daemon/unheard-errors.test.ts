import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from '../kit/service.ts';

/** What the process does at a signal, as a mistake in some corner of it would. */
const atSignal = (signal: string, mistake: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`process.on('${signal}', () => { ${mistake} });`)}`;

test('an error that nobody waits for is logged and counted, and the service goes on', async () => {
  const environment = { NODE_OPTIONS: atSignal('SIGUSR2', "Promise.reject(new Error('unheard of'))") };
  await using service = await Service.start({ hypervisor: 'simulated', environment });
  const counted = async (): Promise<string> => {
    const reply = await fetch(`${service.endpoints.http.replace(/\/wsman$/, '')}/metrics`, {
      headers: { Authorization: `Basic ${btoa(`admin:${service.password}`)}` },
    });
    return /^vsms_unheard_errors_total (\d+)$/m.exec(await reply.text())?.[1] ?? '';
  };
  assert.equal(await counted(), '0');
  for (let told = 1; told <= 2; told++) {
    process.kill(service.pid, 'SIGUSR2');
    while ((await counted()) !== String(told)) await sleep(20);
  }
  assert.match(service.output, /an error that nobody waited for.*/);
  assert.match(service.output, /unheard of/);
  assert.ok(service.isRunning);
});

test('an error that nobody catches is logged and ends the service, which starts again', async () => {
  const environment = { NODE_OPTIONS: atSignal('SIGUSR2', "throw new Error('caught by nobody')") };
  await using service = await Service.start({ hypervisor: 'simulated', environment });
  process.kill(service.pid, 'SIGUSR2');
  assert.equal(await service.ended(), 1);
  assert.match(service.output, /"level":60.*caught by nobody/);
  await service.run();
  assert.ok(service.isRunning);
});
