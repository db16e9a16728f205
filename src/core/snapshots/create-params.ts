import type { Guid, Instant, SettingValues } from '../model.ts';

/** What the job that takes a checkpoint is stored with. */
export interface CreateParams {
  readonly system: Guid;
  /** Its name, for texts. */
  readonly machine: string;
  readonly snapshot: Guid;
  readonly recovery: boolean;
  /** Settings of the checkpoint that differ from the machine's. */
  readonly values: SettingValues;
  readonly createdAt: Instant;
  /** Did a machine exist when it was asked for? */
  readonly live: boolean;
  /** `memory`: with memory. `frozen`: disks only, the guest's file systems at rest; `frozenOrMemory`: else with memory. */
  readonly capture: 'memory' | 'disks' | 'frozen' | 'frozenOrMemory';
  /** Texts as in HostResource. */
  readonly disks: readonly {
    readonly part: string;
    readonly drive: string;
    readonly file: string;
    readonly child: string;
  }[];
}
