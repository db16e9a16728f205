import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { machineProcesses } from '../crash/left-overs.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { ideDisk, machineSpec, SerialLine, TestHost } from '../qemu/kit.ts';
import { socketOf } from './kit.ts';
import { hypervisorContract } from './suite.ts';

const run = promisify(execFile);
const nano = await nanoImage();
const images = createImageTool();

/** One command at the monitor that is for tools: nobody tells the service. */
const atToolsMonitor = (socket: string, command: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const monitor = connect({ path: socket });
    let text = '';
    monitor.on('error', reject);
    monitor.on('close', () => reject(new Error(`the monitor said only: ${text}`)));
    monitor.on('data', (chunk) => {
      text += chunk.toString();
      if (!/"id": "done"/.test(text)) return;
      resolve();
      monitor.destroy();
    });
    monitor.write(`{"execute":"qmp_capabilities"}\n{"execute":"${command}","id":"done"}\n`);
  });

for (const deviceModels of ['virtio', 'inbox'] as const) {
  hypervisorContract(`QEMU, ${deviceModels} devices`, async () => {
    const host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    let current = hypervisor;
    const pids = new Set<number>();
    const lines: SerialLine[] = [];
    const spec = (disk: ReturnType<typeof ideDisk>): MachineSpec =>
      machineSpec(host, {
        deviceModels,
        disks: [
          { ...disk, id: 'boot' },
          { id: 'cd', bus: 'ide', controller: 1, slot: 0, media: 'cd', image: null, iopsLimit: null },
        ],
        adapters: [{ id: 'nic', mac: '00155D000001', emulated: false, network: { kind: 'none' } }],
        firmware: { kind: 'bios', bootOrder: ['disk', 'cd'], numLock: false },
      });
    const blank = async (name: string): Promise<string> => {
      const file = host.path(`${randomUUID()}.${name}`);
      await writeFile(file, Buffer.alloc(1 << 20));
      return file;
    };
    return {
      hypervisor,
      directory: host.directory,
      images,
      makeSpec: async () => spec(ideDisk(await copyImage(nano, host.path(`${randomUUID()}.raw`)))),
      makeImage: async () => ({ file: await blank('img'), format: 'raw', readOnly: false }),
      makeIso: async () => ({ file: await blank('iso'), format: 'raw', readOnly: true }),
      // A VHDX is served by a daemon of its own: when that dies and none can take its place, the disk fails at the guest's next access.
      makeFragile: async () => {
        const file = host.path('fragile.vhdx');
        const away = host.path('away.vhdx');
        await run('qemu-img', ['convert', '-f', 'raw', '-O', 'vhdx', nano, file]);
        const fragile = spec(ideDisk(file, { image: { file, format: 'vhdx', readOnly: false } }));
        return {
          spec: fragile,
          fail: async () => {
            await rename(file, away);
            for (const { pid, words } of await machineProcesses(host.directory))
              if (/qemu-storage-daemon/.test(words[0] ?? '')) process.kill(pid, 'SIGKILL');
            // Open until the disk has failed: what the guest has not read when it closes is lost.
            const line = await SerialLine.connect(socketOf(fragile));
            lines.push(line);
            line.write('w');
          },
          mend: async () => {
            for (const line of lines.splice(0)) line[Symbol.dispose]();
            await rename(away, file);
          },
        };
      },
      restart: async () => {
        await current.close();
        current = await host.hypervisor();
        return current;
      },
      until: (promise) => promise,
      guestReady: async (_, { serialPorts }) => {
        using line = await SerialLine.connect(serialPorts[0]?.socket ?? '');
        await line.ask('i', /INFO/);
      },
      interfere: ({ vncSocket }, what) =>
        atToolsMonitor(
          (vncSocket ?? '').replace('vnc.sock', 'qmp-tools.sock'),
          { pause: 'stop', resume: 'cont', reset: 'system_reset' }[what],
        ),
      kill: async ({ process: { pid } }) => void process.kill(pid, 'SIGKILL'),
      silence: async ({ process: { pid } }) => {
        pids.add(pid);
        process.kill(pid, 'SIGSTOP');
      },
      answer: async ({ process: { pid } }) => {
        if (!pids.delete(pid)) return;
        // It may have been ended meanwhile.
        const alive = (await machineProcesses(host.directory)).some((each) => each.pid === pid);
        if (alive) process.kill(pid, 'SIGCONT');
      },
      dispose: async () => {
        for (const line of lines) line[Symbol.dispose]();
        await host[Symbol.asyncDispose]();
      },
    };
  });
}
