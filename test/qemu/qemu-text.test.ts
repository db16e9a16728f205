import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asDomainError } from '../../src/qemu/machine/qemu-error.ts';
import { readQemuText } from '../../src/qemu/qemu-text.ts';
import { QmpError } from '../../src/qmp/errors.ts';

describe('what QEMU says, in words for a client (jobs-and-errors §9)', () => {
  test('a disk in use is named when QEMU names it, whatever its name', () => {
    const option = JSON.stringify({ driver: 'raw', file: { driver: 'file', filename: '/srv/a "b",\\c.raw' } });
    const reading = readQemuText(
      `qemu: warning\nqemu: -blockdev ${option}: Failed to get "write" lock\nIs another process`,
    );
    assert.equal(reading?.code, 'fileInUse');
    assert.equal(reading?.hresult, '0x80070020');
    assert.match(reading?.why ?? '', /the disk \/srv\/a "b",\\c\.raw is in use/);
    assert.match(readQemuText('Failed to get "write" lock')?.why ?? '', /^a disk of it is in use/);
  });

  test('memory, permissions, network, KVM; anything else is nothing that we know', () => {
    assert.equal(readQemuText("cannot set up guest memory 'ram': Cannot allocate memory")?.code, 'outOfMemory');
    assert.equal(readQemuText("Could not open '/x': Permission denied")?.hresult, '0x80070005');
    assert.equal(readQemuText('could not configure /dev/net/tun (t0): Operation not permitted')?.code, 'notAvailable');
    assert.equal(readQemuText('Could not access KVM kernel module')?.code, 'notAvailable');
    assert.equal(readQemuText('Property x not found'), null);
  });

  test('a command that QEMU refuses: known causes are told, others are in the log', () => {
    const refusal = (text: string) =>
      asDomainError(new QmpError('command', text, { errorClass: 'GenericError' }), 'take the drive');
    assert.match(refusal('Failed to get "write" lock').message, /could not take the drive: a disk of it is in use/);
    assert.equal(refusal('Failed to get "write" lock').code, 'fileInUse');
    assert.equal(refusal('Bus full').code, 'failed');
    assert.doesNotMatch(refusal('Bus full').message, /Bus full/);
  });
});
