import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import { done, type MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';
import { toRgb565 } from './thumbnail-image.ts';

/** Codes of pictures, smallest first (management-service, GetSummaryInformation). */
const PICTURES: readonly { readonly code: number; readonly width: number; readonly height: number }[] = [
  { code: 5, width: 80, height: 60 },
  { code: 6, width: 160, height: 120 },
  { code: 7, width: 320, height: 240 },
];

/** GetSummaryInformation: one object per input, in order; no input means every realized system. */
export const summaryInformationMethod = (services: MethodServices): MethodRow => ({
  right: 'read',
  jobType: null,
  out: ['SummaryInformation'],
  run: async ({ args }) => {
    const requested = new Set(args.integers('RequestedInformation'));
    const paths = args.references('SettingData');
    // Large hosts: every system costs a few spreads, and a list of a few thousand is read by one call.
    const places =
      paths.length === 0 ? realized(services) : paths.map((path) => services.references.configuration(path));
    const summaries: CimInstance[] = [];
    for (const place of places) {
      summaries.push(place === undefined ? services.summaries.missing() : await summaryOf(services, place, requested));
    }
    return done({ SummaryInformation: summaries });
  },
});

function* realized(services: MethodServices): Iterable<ConfigurationPlace> {
  for (const system of services.graph.systems()) {
    if (system.kind === 'realized') yield { system, configuration: system.active, snapshot: null };
  }
}

const summaryOf = async (
  services: MethodServices,
  place: ConfigurationPlace,
  requested: ReadonlySet<number>,
): Promise<CimInstance> => {
  const summary = services.summaries.summary(place, requested);
  const picture = PICTURES.findLast(({ code }) => requested.has(code));
  const machine = place.snapshot === null ? services.graph.machine(place.system.id) : undefined;
  if (picture === undefined || machine === undefined) return summary;
  try {
    const { width, height } = picture;
    const image = [...toRgb565(await machine.screenshot(), width, height)];
    return summary.with({ ThumbnailImage: image, ThumbnailImageWidth: width, ThumbnailImageHeight: height });
  } catch (error) {
    // A machine that goes away meanwhile has no picture; the rest of its summary stands.
    if (error instanceof DomainError) return summary;
    throw error;
  }
};
