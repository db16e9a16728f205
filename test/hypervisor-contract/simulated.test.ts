import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { createSimulatedHypervisor } from '../../src/simulated/hypervisor.ts';
import { createVirtualClock } from '../../src/simulated/virtual-clock.ts';
import { askGuest, makeDirectory, makeImage, makeSpec } from '../simulated/kit.ts';
import { hypervisorContract } from './suite.ts';

hypervisorContract('simulated', true, async () => {
  const { directory, dispose } = await makeDirectory();
  const clock = createVirtualClock();
  let hypervisor = createSimulatedHypervisor({ clock });
  return {
    hypervisor,
    directory,
    makeSpec: () => makeSpec(directory),
    makeImage: () => makeImage(directory),
    makeIso: async () => {
      const file = join(directory, `${randomUUID()}.iso`);
      await writeFile(file, Buffer.alloc(2048));
      return { file, format: 'raw', readOnly: true };
    },
    restart: async () => {
      await hypervisor.close();
      hypervisor = createSimulatedHypervisor({ clock });
      return hypervisor;
    },
    until: (promise) => clock.until(promise),
    guestReady: async () => clock.sleep(5000),
    changeMemory: (socket) => askGuest(socket, 'w', /P (\d+)/),
    readMemory: (socket) => askGuest(socket, 'i', /seq=(\d+)/),
    dispose: async () => {
      await hypervisor.close();
      await dispose();
    },
  };
});
