import type { AdapterSpec, MachineSpec } from '../core/machine-spec.ts';
import type { MachineFigures } from '../core/ports.ts';
import { clockBehind } from './guest.ts';
import { guestFacts } from './guest-facts.ts';
import type { LiveGuest } from './live-guest.ts';

/** What a simulated machine shows of itself now. */
export const figuresOf = (guest: LiveGuest, spec: MachineSpec, adapters: readonly AdapterSpec[]): MachineFigures => {
  const { isUp, isLost, memoryMb, availableMb } = guest;
  return {
    processorLoadPercent: guest.paused ? 0 : isUp ? 2 : 60,
    memoryUsageMb: memoryMb,
    guestMemory: isUp ? { availableMb, totalMb: memoryMb } : null,
    guestAgent: isUp ? 'ok' : isLost ? 'lost' : 'absent',
    guestOperatingSystem: isUp ? 'Simulated Guest' : null,
    guest: isUp ? guestFacts(spec, adapters, clockBehind(guest.state)) : null,
    videoWidth: isUp ? 1024 : 720,
    videoHeight: isUp ? 768 : 400,
  };
};
