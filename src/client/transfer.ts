import type { CimClient } from './cim-client.ts';
import { listOf, type Reference, textOf } from './object.ts';

/** Not of Hyper-V: only a vsms host has it. */
export const TRANSFER_SERVICE = { className: 'Vsms_TransferService' } as const;

/** A file of the source that a machine was imported from, and the disk that still reads it. */
export interface SourceFile {
  readonly disk: string;
  /** Null: it cannot be told which one; `problem` says why. */
  readonly file: string | null;
  readonly problem: string | null;
  /** A checkpoint needs it, and not only the machine as it is now. */
  readonly ofCheckpoint: boolean;
}

/** Empty: the source is not needed any more. @throws MethodError */
export const sourceFiles = async (client: CimClient, machine: Reference): Promise<readonly SourceFile[]> => {
  const { out } = await client.run(TRANSFER_SERVICE, 'GetSourceDependencies', { ComputerSystem: machine });
  const column = (name: keyof typeof out): readonly string[] => listOf(out[name]).map((value) => textOf(value) ?? '');
  const [files, problems, ofCheckpoints] = [column('Files'), column('Problems'), column('OfCheckpoints')];
  const given = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);
  return column('Disks').map((disk, index) => ({
    disk,
    file: given(files[index]),
    problem: given(problems[index]),
    ofCheckpoint: ofCheckpoints[index]?.toLowerCase() === 'true',
  }));
};

/** All that is still needed of the source is copied in the background, for checkpoints too. @throws MethodError */
export const detachSource = async (client: CimClient, machine: Reference): Promise<void> => {
  await client.run(TRANSFER_SERVICE, 'DetachSource', { ComputerSystem: machine });
};

/** K27; off, with no memory kept in a checkpoint. @throws MethodError */
export const setDeviceModels = async (
  client: CimClient,
  machine: Reference,
  models: 'inbox' | 'virtio',
): Promise<void> => {
  await client.run(TRANSFER_SERVICE, 'SetDeviceModels', { ComputerSystem: machine, DeviceModels: models });
};
