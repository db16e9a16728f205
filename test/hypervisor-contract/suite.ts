import { describe } from 'node:test';
import { adoptionContract } from './adoption.ts';
import { checkpointContract } from './checkpoints.ts';
import { deviceContract } from './devices.ts';
import { edgeContract } from './edges.ts';
import { generation2Contract } from './generation2.ts';
import type { OpenHypervisor } from './kit.ts';
import { powerContract } from './power.ts';
import { savedStateContract } from './saved-state.ts';

/** What every adapter of the port Hypervisor holds (core/ports.ts). */
export const hypervisorContract = (name: string, open: OpenHypervisor): void => {
  describe(`hypervisor contract: ${name}`, () => {
    powerContract(open);
    edgeContract(open);
    savedStateContract(open);
    deviceContract(open);
    checkpointContract(open);
    adoptionContract(open);
    generation2Contract(open);
  });
};
