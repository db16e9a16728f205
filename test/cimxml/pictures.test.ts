import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guidOf } from '../kit/hyperv-client.ts';
import { openWorld } from '../kit/hyperv-world.ts';
import { startEndpoint } from './kit/endpoint.ts';
import { instanceName, localInstancePath, value } from './kit/messages.ts';
import { outputs, returnValue } from './kit/reply.ts';

const V2 = 'root/virtualization/v2';
const SERVICE = localInstancePath(V2, '<INSTANCENAME CLASSNAME="Msvm_VirtualSystemManagementService"/>');

test('hardening: a picture that a reply does not hold is refused before it is made', async () => {
  await using world = await openWorld();
  const system = await world.client.define({ ElementName: 'screen' });
  await world.client.succeed(await world.client.state(system, 2));
  const settings = instanceName('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${guidOf(system)}` });
  await using endpoint = await startEndpoint(world, { limits: { maxOutputValues: 2 * 1024 } });
  const picture = (width: number, height: number) =>
    endpoint.invoke('GetVirtualSystemThumbnailImage', SERVICE, {
      TargetSystem: `<VALUE.REFERENCE>${localInstancePath(V2, settings)}</VALUE.REFERENCE>`,
      WidthPixels: value(width),
      HeightPixels: value(height),
    });

  // The screen is asked for nothing: a machine that cannot show it says so instead.
  world.hypervisor.faults.fail('screenshot', { times: Number.POSITIVE_INFINITY });
  for (const [width, height] of [
    [33, 32],
    [4096, 1],
    [2048, 2048],
  ] as const) {
    const beyond = await picture(width, height);
    assert.deepEqual([beyond.status, returnValue(beyond)], [0, '32773'], `${width} x ${height}`);
    const reason = decodeURIComponent(String(beyond.http.headers['pgerrordetail']));
    assert.match(reason, /^WidthPixels times HeightPixels is \d+\. Ask for 1024 pixels at most, such as 32 x 32\.$/);
  }
  const asked = await picture(32, 32);
  assert.equal(returnValue(asked), '32768');
  world.hypervisor.faults.clear();
  const largest = await picture(32, 32);
  assert.equal(returnValue(largest), '0');
  assert.equal((outputs(largest)['ImageData'] as readonly string[]).length, 2 * 1024);
});
