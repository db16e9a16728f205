import type { CimInstance } from '../../../cim/instance.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';

/** Makes Msvm_SummaryInformation objects; pictures aside, which take waiting (management-service, GetSummaryInformation). */
export interface SummarySource {
  /** Only what `requested` names by code is filled, Name always; unknown codes mean nothing. */
  summary(place: ConfigurationPlace, requested: ReadonlySet<number>): CimInstance;
  /** The element for a system that does not exist: its Name is empty. */
  missing(): CimInstance;
}
