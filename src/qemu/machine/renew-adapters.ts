import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineSpec } from '../../core/machine-spec.ts';
import type { SavedStateHeader } from '../saved-state/format.ts';
import { recordOf, type MachineContext } from './context.ts';
import { connectAdapter, plugAnew } from './network.ts';

/** Between two requests to a guest that does not let go: firmware, an operating system that boots, one that never will. */
const ASK_AGAIN_MS = { first: 5_000, most: 300_000 } as const;

/** Addresses by adapter that the guest was saved with, where they are others now: those of a fork, say (K30). */
export const formerAddresses = (spec: MachineSpec, { macs }: SavedStateHeader): Readonly<Record<string, string>> =>
  Object.fromEntries(
    spec.adapters.flatMap(({ id, mac }) => {
      const former = macs?.[id];
      return former === undefined || former === mac ? [] : [[id, former]];
    }),
  );

/**
 * What a saved state brings back and must not stay: taps of an adapter that was meanwhile connected to the NAT network, and
 * former addresses (K30). Such an adapter is plugged anew, which takes the guest's hand: nobody waits for it.
 */
export const settleAdapters = (context: MachineContext): void => {
  const { formerMacs, wires } = recordOf(context);
  for (const adapter of context.adapters.values()) {
    const fromTap = adapter.network.kind === 'user' && wires[adapter.id]?.kind === 'tap';
    if (!fromTap || formerMacs[adapter.id] !== undefined) continue;
    connectAdapter(context, adapter).catch((error: unknown) => warn(context, adapter.id, error));
  }
  renewAdapters(context);
};

/** Takes up, or begins, what is to be done about former addresses. */
export const renewAdapters = (context: MachineContext): void => {
  for (const adapterId of Object.keys(recordOf(context).formerMacs)) void renew(context, adapterId);
};

const warn = ({ host, id }: MachineContext, adapter: string, error: unknown): void =>
  host.log.warn(
    { err: error, system: id, adapter },
    'an adapter stays disconnected until the machine is started afresh',
  );

/**
 * Until the guest has let go of the adapter with its former address; its link is down so long. The record keeps that address,
 * for a save, a checkpoint and the next service: whoever goes on from there has to do it again. Never rejects.
 */
const renew = async (context: MachineContext, adapterId: string): Promise<void> => {
  const { host, id, adapters, monitor } = context;
  const isFormer = (): boolean => host.records.get(id)?.formerMacs[adapterId] !== undefined;
  for (let pause: number = ASK_AGAIN_MS.first; ; pause = Math.min(pause * 2, ASK_AGAIN_MS.most)) {
    // As it is by now: a client may have changed its network, or taken it out.
    const adapter = adapters.get(adapterId);
    if (adapter === undefined || !isFormer()) return;
    try {
      await plugAnew(context, adapter);
      const { [adapterId]: _, ...formerMacs } = recordOf(context).formerMacs;
      await host.records.change(id, { formerMacs });
      return;
    } catch (error) {
      if (monitor.isDetached || !isFormer()) return;
      host.log.info(
        { err: error, system: id, adapter: adapterId },
        'an adapter keeps a former address, unplugged; it is tried again',
      );
    }
    await sleep(pause, undefined, { ref: false });
  }
};
