import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import { chooseAccelerator } from '../../src/qemu/probe/choose.ts';
import { probeGuest } from '../../src/qemu/probe/probe-guest.ts';
import { runProbe } from '../../src/qemu/probe/run-probe.ts';
import { createQemuHypervisor } from '../../src/qemu/hypervisor.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, quietLog, SerialLine, TestHost } from './kit.ts';

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-probe-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe('spec qemu §11: the accelerator is chosen by booting something', () => {
  test('the probe guest comes to its end on a processor that has what it uses, and only there', () =>
    inDirectory(async (directory) => {
      const image = join(directory, 'probe');
      await writeFile(image, probeGuest());
      const run = (cpu: string, limitMs: number) =>
        runProbe({ program: 'qemu-system-x86_64', image, accelerator: 'tcg', cpu, user: null, limitMs });
      assert.equal((await run('max', 60_000)).works, true);
      // qemu64 has no xsave: a guest that needs it does not come up.
      const without = await run('qemu64', 1500);
      assert.deepEqual(without, { works: false, why: 'a test guest did not finish within 1500 ms' });
    }));

  /** A QEMU whose KVM boots nothing; counts how often it is run. */
  async function brokenQemu(directory: string): Promise<string> {
    const program = join(directory, 'qemu');
    await writeFile(
      program,
      `#!/bin/sh\necho run >> '${directory}/runs'\n[ "$1" = --version ] && { echo 'QEMU emulator version 7.2.22 (Debian)'; exit 0; }\necho 'kvm is broken' >&2\nexit 1\n`,
    );
    await chmod(program, 0o755);
    return program;
  }
  const runs = async (directory: string): Promise<number> =>
    (await readFile(join(directory, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;

  test('auto falls back to TCG and says why; the verdict is remembered until QEMU changes', () =>
    inDirectory(async (directory) => {
      const options = { program: await brokenQemu(directory), directory, user: null, log: quietLog };
      const { verdict } = await chooseAccelerator('auto', options);
      assert.equal(verdict.accelerator, 'tcg');
      assert.equal(verdict.version, '7.2.22');
      assert.match(verdict.reason, /^KVM cannot be used here: .+ TCG/);
      const before = await runs(directory);
      assert.deepEqual((await chooseAccelerator('auto', options)).verdict, verdict);
      assert.equal(await runs(directory), before);
      await writeFile(options.program, `${await readFile(options.program, 'utf8')}# newer\n`);
      await chooseAccelerator('auto', options);
      assert.ok((await runs(directory)) > before);
    }));

  test('a damaged memory of the verdict is measured again', () =>
    inDirectory(async (directory) => {
      const options = { program: await brokenQemu(directory), directory, user: null, log: quietLog };
      const { verdict } = await chooseAccelerator('auto', options);
      await writeFile(join(directory, 'accelerator.json'), '{"version": 1, "key": 5');
      assert.deepEqual((await chooseAccelerator('auto', options)).verdict, verdict);
    }));

  test('kvm is refused where it does not work, tcg asks nothing of KVM, a missing QEMU is told', () =>
    inDirectory(async (directory) => {
      const options = { program: await brokenQemu(directory), directory, user: null, log: quietLog };
      await assert.rejects(
        chooseAccelerator('kvm', options),
        (error) => error instanceof DomainError && error.code === 'notAvailable',
      );
      assert.equal(
        (await chooseAccelerator('tcg', { ...options, directory: join(directory, 'none') })).verdict.accelerator,
        'tcg',
      );
      await assert.rejects(
        chooseAccelerator('auto', { ...options, program: join(directory, 'no-qemu') }),
        (error) => error instanceof DomainError && error.code === 'notAvailable',
      );
    }));

  /**
   * A host whose KVM works, but that it is TCG which works behind it: a QEMU that does what `-accel kvm` asks for, a
   * device that everyone may open, and a file of the words that QEMU was started with.
   */
  async function hostWithKvm(host: TestHost, enlightened: boolean) {
    const program = host.path('qemu');
    const words = host.path('words');
    const script = `#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done > '${words}'
left=$#
while [ $left -gt 0 ]; do
  word=$1
  shift
  case $word in
    kvm) word=tcg ;;
    host) word=max ;;
    host,hv-*) ${enlightened ? 'word=max' : 'echo no enlightenments >&2; exit 1'} ;;
  esac
  set -- "$@" "$word"
  left=$((left - 1))
done
exec qemu-system-x86_64 "$@"
`;
    await writeFile(program, script, { mode: 0o755 });
    const open = () =>
      createQemuHypervisor({
        stateDirectory: host.path('state'),
        runDirectory: host.path('r'),
        accelerator: 'auto',
        user: 'self',
        log: quietLog,
        programs: { qemu: program },
        kvmDevice: '/dev/null',
      });
    let hypervisor = await open();
    // The limit of a probe is meant for KVM: TCG on a busy host may not keep it.
    for (let tries = 0; tries < 10; tries++) {
      const measured = await readFile(host.path('state/accelerator.json'), 'utf8');
      if (measured.includes('"works":true') && measured.includes(`"enlightenments":${enlightened}`)) break;
      await hypervisor.close();
      await rm(host.path('state/accelerator.json'));
      hypervisor = await open();
    }
    return { hypervisor, started: async () => (await readFile(words, 'utf8')).split('\n') };
  }

  for (const enlightened of [true, false])
    test(`auto chooses KVM where it boots a guest, and machines run on it; enlightenments: ${enlightened}`, async () => {
      await using host = await TestHost.make();
      const { hypervisor, started } = await hostWithKvm(host, enlightened);
      try {
        assert.equal(hypervisor.verdict.accelerator, 'kvm');
        assert.match(hypervisor.verdict.reason, /^KVM works: a test guest booted in \d+ ms\.$/);
        const disk = await copyImage(await nanoImage(), host.path('disk.raw'));
        const spec = machineSpec(host, { disks: [ideDisk(disk)], localTimeClock: true });
        const machine = host.keep(await hypervisor.start(spec, fresh));
        using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
        await line.ask('i', /INFO/);
        const words = await started();
        assert.equal(words[words.indexOf('-accel') + 1], 'kvm');
        const cpu = words[words.indexOf('-cpu') + 1] ?? '';
        assert.match(cpu, enlightened ? /^host,hv-relaxed=on,/ : /^host$/);
        await machine.turnOff();
      } finally {
        await hypervisor.close();
      }
    });

  test('auto falls back to TCG where there is no device of KVM, or QEMU says what is wrong with it', async () => {
    const broken = async (device: string): Promise<string> => {
      let reason = '';
      await inDirectory(async (directory) => {
        const program = await brokenQemu(directory);
        const options = { program, directory, user: null, log: quietLog, kvmDevice: device };
        const { verdict } = await chooseAccelerator('auto', options);
        assert.equal(verdict.accelerator, 'tcg');
        ({ reason } = verdict);
      });
      return reason;
    };
    const then = '. Guests run under TCG (software emulation), which is slower.';
    assert.equal(await broken('/dev/no-kvm'), `KVM cannot be used here: there is no /dev/no-kvm on this host${then}`);
    assert.equal(await broken('/dev/null'), `KVM cannot be used here: a test guest failed (kvm is broken)${then}`);
  });
});
