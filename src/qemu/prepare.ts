import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineSpec } from '../core/machine-spec.ts';
import { allOf } from '../core/all-of.ts';
import { imageRequests, makeTapFor, peerFor, serveImage, wireFor } from './attach.ts';
import type { DiskSource, FirmwareFiles, MachineLayout, Wire } from './command-line/layout.ts';
import { prepareFirmware } from './firmware/ovmf.ts';
import type { HostServices } from './host-services.ts';
import { checkImage, type CheckedImage } from './images/check-image.ts';
import { machineSockets, type Placement } from './placement.ts';
import type { AccessRequest } from './supervise/access-ledger.ts';
import { makeMachineDirectories, type MachineDirectories } from './supervise/socket-directory.ts';
import { startTpm } from './supervise/tpm.ts';

/** Everything that will exist is written down before it does. */
export async function prepareRecord(
  host: HostServices,
  spec: MachineSpec,
  placement: Placement,
  directories: MachineDirectories,
): Promise<void> {
  const sockets = machineSockets(spec, directories.sockets);
  await host.records.put(
    {
      version: 1,
      id: spec.id,
      phase: 'starting',
      ranBeforeSave: false,
      resetting: false,
      process: null,
      directories,
      machineType: placement.machineType,
      memoryMb: placement.memoryMb,
      adapterSlots: placement.adapterSlots,
      controllers: [...placement.controllers],
      generationId: placement.generationId,
      formerMacs: {},
      wires: Object.fromEntries(wiresOf(spec, placement)),
      links: spec.serialPorts.flatMap(({ socket: promised }, index) => {
        const socket = sockets.serial[index] ?? null;
        return promised === null || socket === null ? [] : [{ promised, socket }];
      }),
      chains: [],
      daemons: [],
      awaitsDaemons: true,
      touched: {},
      grants: [],
    },
    false,
  );
}

/** What a machine begins with. */
export interface Incoming {
  /** It waits for a saved state. */
  readonly state: boolean;
  /** Its memory is this file, which QEMU's user owns. */
  readonly memoryFile: NonNullable<MachineLayout['memoryFile']> | null;
}

/**
 * Makes what a machine needs on the host and says where it is: first what can refuse (images, firmware), then access, all at
 * once, then what runs (daemons, TPM, taps). Rejects with DomainError; what was made is in the record.
 */
export async function prepareLayout(
  host: HostServices,
  spec: MachineSpec,
  placement: Placement,
  directories: MachineDirectories,
  incoming: Incoming,
): Promise<MachineLayout> {
  const [chains, firmware] = await allOf([
    checkDisks(spec),
    firmwareOf(spec),
    makeMachineDirectories(directories, host.user),
  ]);
  if (spec.tpm !== null) await mkdir(spec.tpm.stateDirectory, { recursive: true, mode: 0o700 });
  const { memoryFile } = incoming;
  await host.access.give(spec.id, [
    ...accessRequests(spec, directories),
    ...(memoryFile === null ? [] : [{ owner: 'machine', file: memoryFile.file, access: 'rw' as const }]),
  ]);
  const wires = wiresOf(spec, placement);
  const [disks] = await allOf([
    serveDisks(host, { id: spec.id, directories }, chains),
    tpmOf(host, spec, directories),
    makeTaps(host, spec, wires),
  ]);
  return {
    spec,
    accelerator: host.verdict.accelerator === 'kvm' ? 'kvm' : 'tcg',
    enlightenments: host.enlightenments,
    machineType: placement.machineType,
    memoryMb: placement.memoryMb,
    sockets: machineSockets(spec, directories.sockets),
    pidFile: join(directories.sockets, 'qemu.pid'),
    firmware,
    disks,
    adapterSlots: new Map(Object.entries(placement.adapterSlots)),
    controllers: new Set(placement.controllers),
    generationId: placement.generationId,
    wires,
    networkRoms: host.networkRoms,
    incoming: incoming.state,
    ...(memoryFile === null ? {} : { memoryFile }),
  };
}

function wiresOf(spec: MachineSpec, placement: Placement): ReadonlyMap<string, Wire> {
  return new Map(
    spec.adapters.map((adapter) => [
      adapter.id,
      wireFor(spec.id, adapter, placement.peers[adapter.id] ?? peerFor(adapter)),
    ]),
  );
}

type Chains = readonly (readonly [diskId: string, chain: readonly CheckedImage[]])[];

/** Empty chain: an empty drive. */
async function checkDisks(spec: MachineSpec): Promise<Chains> {
  return Promise.all(
    spec.disks.map(async ({ id, image }) => [id, image === null ? [] : await checkImage(image)] as const),
  );
}

async function firmwareOf(spec: MachineSpec): Promise<FirmwareFiles | null> {
  return spec.firmware.kind === 'bios' ? null : prepareFirmware(spec.firmware);
}

function accessRequests(spec: MachineSpec, directories: MachineDirectories): readonly AccessRequest[] {
  const owner = 'machine';
  return [
    // The way to the machine's own sockets.
    { owner, file: directories.sockets, access: 'x' },
    ...(spec.firmware.kind === 'uefi' ? [{ owner, file: spec.firmware.variablesFile, access: 'rw' as const }] : []),
    ...(spec.tpm === null ? [] : [{ owner, file: spec.tpm.stateDirectory, access: 'x' as const }]),
    ...spec.disks.flatMap(({ id, image }) => (image === null ? [] : imageRequests(id, image))),
  ];
}

async function serveDisks(
  host: HostServices,
  place: { readonly id: string; readonly directories: MachineDirectories },
  chains: Chains,
): Promise<ReadonlyMap<string, DiskSource | null>> {
  const served = chains.map(
    async ([id, chain]): Promise<[string, DiskSource | null]> => [
      id,
      chain.length === 0 ? null : await serveImage(host, place, id, chain),
    ],
  );
  return new Map(await allOf(served));
}

async function tpmOf(host: HostServices, spec: MachineSpec, directories: MachineDirectories): Promise<void> {
  if (spec.tpm === null) return;
  await startTpm(spec.tpm.stateDirectory, { directories, user: host.user, program: host.programs.swtpm });
}

async function makeTaps(host: HostServices, spec: MachineSpec, wires: ReadonlyMap<string, Wire>): Promise<void> {
  await allOf(
    spec.adapters.map(async (adapter) => {
      const wire = wires.get(adapter.id);
      if (wire !== undefined) await makeTapFor(host, spec.id, adapter, wire);
    }),
  );
}
