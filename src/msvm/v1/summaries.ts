import { CimInstance } from '../../cim/instance.ts';
import type { CimValues } from '../../cim/values.ts';
import type { ConfigurationPlace } from '../../core/graph.ts';
import { isEnded } from '../../core/jobs/job.ts';
import type { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { knownValues } from '../shape.ts';
import { jobEntity } from '../v2/jobs/job.ts';
import type { SummarySource } from '../v2/methods/summary-source.ts';
import { snapshotPlaces } from '../v2/settings/places.ts';
import { configurationEntity } from '../v2/settings/system-setting.ts';
import { Summaries } from '../v2/summary/summary.ts';
import { enabledState } from './power-state.ts';

const ENABLED_STATE = 100;
const SNAPSHOTS = 107;
const TASKS = 108;
/** Their objects are those of v1. */
const OWN_CODES: ReadonlySet<number> = new Set([ENABLED_STATE, SNAPSHOTS, TASKS]);

/** Msvm_SummaryInformation of v1: the figures of v2, state and objects of v1 (management-service §3). */
export class V1Summaries implements SummarySource {
  readonly #projection: Projection;
  readonly #catalog: Catalog;
  readonly #inner: Summaries;

  constructor(projection: Projection, catalog: Catalog) {
    this.#projection = projection;
    this.#catalog = catalog;
    this.#inner = new Summaries(projection);
  }

  summary(place: ConfigurationPlace, requested: ReadonlySet<number>): CimInstance {
    const shared = new Set([...requested].filter((code) => !OWN_CODES.has(code)));
    return this.#known(this.#inner.summary(place, shared), this.#own(place, requested));
  }

  missing(): CimInstance {
    return this.#inner.missing();
  }

  #own(place: ConfigurationPlace, requested: ReadonlySet<number>): CimValues {
    const active = place.snapshot === null;
    const { system } = place;
    const values: CimValues = {};
    if (requested.has(ENABLED_STATE))
      values['EnabledState'] = enabledState(active ? system : { power: 'off', operation: null });
    if (requested.has(SNAPSHOTS)) {
      const places = active ? snapshotPlaces(system) : [];
      values['Snapshots'] = places.map((one) => this.#catalog.instance(configurationEntity(one)));
    }
    if (requested.has(TASKS)) values['AsynchronousTasks'] = active ? this.#tasks(system.id) : [];
    return values;
  }

  #tasks(system: string): CimInstance[] {
    const running: CimInstance[] = [];
    for (const job of this.#projection.graph.jobsAffecting(system)) {
      const entity = jobEntity(job);
      if (!isEnded(job) && this.#catalog.has(entity)) running.push(this.#catalog.instance(entity));
    }
    return running;
  }

  #known(summary: CimInstance, own: CimValues): CimInstance {
    return new CimInstance(summary.class, knownValues(summary.class, { ...summary.values, ...own }));
  }
}
