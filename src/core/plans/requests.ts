import type { Job } from '../jobs/job.ts';
import type { Guid, SettingValue, VirtualSystem } from '../model.ts';
import type { RequestContext } from '../requests.ts';

/** May a setting of the class have this value? Who knows the schema answers. */
export type SettingFilter = (className: string, property: string, value: SettingValue) => boolean;

export interface ImportRequest {
  /** As the client wrote it: a definition of any age. */
  readonly definition: string;
  /** Where definitions of its checkpoints are looked for; null: they are not. */
  readonly snapshotFolder: string | null;
  readonly newIdentifiers: boolean;
  readonly accepts: SettingFilter;
}

/** What a definition file says of itself, read without making anything of it. */
export interface DefinitionSummary {
  readonly id: Guid;
  readonly name: string;
  /** Milliseconds since 1970; null: not recorded. */
  readonly createdAt: number | null;
  readonly notes: readonly string[];
}

/** Plans of machines to be (planned-systems): changed like machines, by SystemOperations. All reject with DomainError. */
export interface PlanOperations {
  /** Reads only: nothing is copied, moved or written beside the definition. */
  importSystem(context: RequestContext, request: ImportRequest): Promise<VirtualSystem>;
  /** Definitions of checkpoints that are missing; resolves to the ids of those that were found now. */
  importSnapshots(
    context: RequestContext,
    plan: Guid,
    folder: string,
    accepts: SettingFilter,
  ): Promise<readonly Guid[]>;
  summarize(definition: string): Promise<DefinitionSummary>;
  /** Its saved state is forgotten; the file stays where it is. */
  discardSavedState(context: RequestContext, plan: Guid): Promise<void>;
  /** A job that ends with the findings: 10 when one stands in the way, 32768 when none does (K14). */
  validate(context: RequestContext, plan: Guid): Promise<Job>;
  /** A job; the plan becomes a machine in its last transaction, or stays as it is. */
  realize(context: RequestContext, plan: Guid): Promise<Job>;
  /** What the folder of an export holds, read without making anything of it. */
  describeExport(directory: string, accepts: SettingFilter): Promise<ExportedMachine>;
  /** Import, fit to this host and realize in one job; whatever ends it before leaves nothing. */
  importMachine(context: RequestContext, request: MachineImport): Promise<Job>;
}

/** The machine in the folder of an export (planned-systems §8). */
export interface ExportedMachine {
  readonly name: string;
  /** Files of its disks and media, and its saved state: as recorded, and where they are now. */
  readonly files: readonly { readonly recorded: string; readonly found: string }[];
}

/** An import of v1: what is not said is decided here (planned-systems §8, K17). Texts of recorded names in lower case. */
export interface MachineImport {
  /** The folder that one export made: `Virtual Machines` is in it. */
  readonly directory: string;
  readonly newIdentifiers: boolean;
  /** Null: as exported. */
  readonly elementName: string | null;
  /** The file that a recorded one is now. */
  readonly files: ReadonlyMap<string, string>;
  /** Recorded files that are left behind: a saved state, which is a power cut for the guest. */
  readonly discarded: ReadonlySet<string>;
  /** The switch that a recorded one is on this host, by its name; adapters of the others stay unconnected. */
  readonly switches: ReadonlyMap<string, Guid>;
  /** Null: the host's. */
  readonly configurationRoot: string | null;
  readonly snapshotRoot: string | null;
  /** Where copies of the disks go; null: they are used where they lie (K16). */
  readonly copy: { readonly folder: string | null; readonly targets: ReadonlyMap<string, string> } | null;
  readonly accepts: SettingFilter;
}
