import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { AdapterSpec } from '../../src/core/machine-spec.ts';
import { tapName } from '../../src/qemu/supervise/taps.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, makeBridge, notCancelled, SerialLine, TestHost } from './kit.ts';

const image = await nanoImage();
const asRoot = process.getuid?.() === 0;

function adapter(id: string, network: AdapterSpec['network']): AdapterSpec {
  return { id, mac: id === 'a' ? '00155D010203' : '00155D010204', emulated: false, network };
}

const on = (bridge: string): AdapterSpec['network'] => ({ kind: 'bridge', bridge });

/** Bridge of a tap, '' when it is on none, null when there is no such device. */
function bridgeOf(device: string): string | null {
  try {
    const text = execFileSync('ip', ['-j', 'link', 'show', 'dev', device], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return (JSON.parse(text) as { master?: string }[])[0]?.master ?? '';
  } catch {
    return null;
  }
}

describe('network adapters', () => {
  test('the NAT network needs no privilege; adapters are unplugged, plugged, saved and restored with it', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const disk = await copyImage(image, host.path('disk.raw'));
    const spec = machineSpec(host, {
      disks: [ideDisk(disk)],
      adapters: [adapter('a', { kind: 'user' }), adapter('b', { kind: 'none' })],
    });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    await machine.connectAdapter(adapter('a', { kind: 'none' }));
    await machine.connectAdapter(adapter('a', { kind: 'user' }));
    await machine.connectAdapter(adapter('b', { kind: 'user' }));
    await assert.rejects(machine.connectAdapter(adapter('c', { kind: 'user' })), DomainError);
    // A save that fails puts the networks back.
    await assert.rejects(
      machine.save(host.path('no/where'), () => {}, notCancelled),
      DomainError,
    );
    await machine.connectAdapter(adapter('b', { kind: 'none' }));
    await machine.save(host.path('saved'), () => {}, notCancelled);
    // While it was saved, the cables were swapped.
    const swapped = { ...spec, adapters: [adapter('a', { kind: 'none' }), adapter('b', { kind: 'user' })] };
    const again = host.keep(await hypervisor.start(swapped, { savedState: host.path('saved'), signal: notCancelled }));
    await again.connectAdapter(adapter('a', { kind: 'user' }));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    await again.turnOff();
    // Other adapters than the saved ones do not fit its state.
    const fewer = { ...spec, adapters: [adapter('a', { kind: 'user' })] };
    await assert.rejects(
      hypervisor.start(fewer, { savedState: host.path('saved'), signal: notCancelled }),
      (error) => error instanceof DomainError && error.code === 'invalidState',
    );
  });

  test('a bridge needs a service that runs as root, which moves the tap between bridges and takes it away in the end', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const disk = await copyImage(image, host.path('disk.raw'));
    const base = machineSpec(host, { disks: [ideDisk(disk)] });
    if (!asRoot) {
      const refused = hypervisor.start({ ...base, adapters: [adapter('a', on('br0'))] }, fresh);
      await assert.rejects(refused, (error) => error instanceof DomainError && error.code === 'notAvailable');
      return;
    }
    using first = makeBridge();
    using second = makeBridge();
    const [tapA, tapB] = [tapName(base.id, 'a'), tapName(base.id, 'b')];
    const spec = { ...base, adapters: [adapter('a', on(first.name)), adapter('b', { kind: 'none' as const })] };
    const machine = host.keep(await hypervisor.start(spec, fresh));
    assert.deepEqual([bridgeOf(tapA), bridgeOf(tapB)], [first.name, null]);
    await machine.connectAdapter(adapter('a', on(second.name)));
    assert.equal(bridgeOf(tapA), second.name);
    await assert.rejects(machine.connectAdapter(adapter('a', on('nosuchbridge'))), /nosuchbridge/);
    assert.equal(bridgeOf(tapA), second.name, 'the old network stays');
    await machine.connectAdapter(adapter('a', { kind: 'none' }));
    assert.equal(bridgeOf(tapA), '');
    await machine.connectAdapter(adapter('b', on(first.name)));
    assert.equal(bridgeOf(tapB), first.name);
    await machine.connectAdapter(adapter('b', { kind: 'user' }));
    assert.equal(bridgeOf(tapB), null);

    await machine.save(host.path('saved'), () => {}, notCancelled);
    assert.equal(bridgeOf(tapA), null);
    const moved = { ...spec, adapters: [adapter('a', { kind: 'none' as const }), adapter('b', on(second.name))] };
    const again = host.keep(await hypervisor.start(moved, { savedState: host.path('saved'), signal: notCancelled }));
    assert.deepEqual([bridgeOf(tapA), bridgeOf(tapB)], ['', second.name]);
    await again.turnOff();
    assert.deepEqual([bridgeOf(tapA), bridgeOf(tapB)], [null, null]);

    await assert.rejects(hypervisor.start({ ...base, adapters: [adapter('a', on('--help'))] }, fresh), DomainError);
    assert.equal(bridgeOf(tapA), null);
  });
});
