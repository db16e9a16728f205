import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { Faults } from '../../src/simulated/faults.ts';
import { createSimulatedHypervisor } from '../../src/simulated/hypervisor.ts';
import { createVirtualClock } from '../../src/simulated/virtual-clock.ts';
import { makeDirectory, makeImage, makeSpec } from '../simulated/kit.ts';
import { bootDiskOf } from './kit.ts';
import { hypervisorContract } from './suite.ts';

hypervisorContract('simulated', async () => {
  const { directory, dispose } = await makeDirectory();
  const clock = createVirtualClock();
  const faults = new Faults();
  const images = createImageTool();
  const options = { clock, faults, images, runDirectory: join(directory, 'run') };
  let hypervisor = createSimulatedHypervisor(options);
  return {
    hypervisor,
    directory,
    images,
    makeSpec: () => makeSpec(directory),
    makeImage: () => makeImage(directory),
    makeIso: async () => {
      const file = join(directory, `${randomUUID()}.iso`);
      await writeFile(file, Buffer.alloc(2048));
      return { file, format: 'raw', readOnly: true };
    },
    makeFragile: async () => {
      const spec = await makeSpec(directory);
      const disk = bootDiskOf(spec).id;
      return {
        spec,
        fail: async ({ id }) => faults.loseDisk(id, disk),
        mend: async ({ id }) => faults.giveDiskBack(id, disk),
      };
    },
    restart: async () => {
      await hypervisor.close();
      hypervisor = createSimulatedHypervisor(options);
      return hypervisor;
    },
    until: (promise) => clock.until(promise),
    guestReady: async () => clock.sleep(5000),
    interfere: async ({ id }, what) => faults.interfere(id, what),
    kill: async ({ id }) => faults.crash(id),
    silence: async ({ id }) => faults.silence(id),
    answer: async ({ id }) => faults.answer(id),
    dispose: async () => {
      await hypervisor.close();
      await dispose();
    },
  };
});
