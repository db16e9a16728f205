import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import { done, type MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';
import { imageData } from './thumbnail-image.ts';

interface Picture {
  readonly code: number;
  readonly width: number;
  readonly height: number;
}

/** Codes of pictures, smallest first (management-service, GetSummaryInformation). */
const PICTURES: readonly Picture[] = [
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
    const picture = PICTURES.findLast(({ code }) => requested.has(code));
    const paths = args.references('SettingData');
    // Large hosts: every system costs a few spreads, and a list of a few thousand is read by one call.
    const places =
      paths.length === 0 ? realized(services) : paths.map((path) => services.references.configuration(path));
    const summaries: CimInstance[] = [];
    for (const place of places) {
      const summary = place === undefined ? services.summaries.missing() : services.summaries.summary(place, requested);
      // Only a picture is worth waiting: a thousand awaits are most of a list.
      summaries.push(
        picture === undefined || place === undefined ? summary : await pictured(services, place, summary, picture),
      );
    }
    return done({ SummaryInformation: summaries });
  },
});

function* realized(services: MethodServices): Iterable<ConfigurationPlace> {
  for (const system of services.graph.systems()) {
    if (system.kind === 'realized') yield { system, configuration: system.active, snapshot: null };
  }
}

/** A summary with the picture of the machine's screen, where there is one. */
const pictured = async (
  services: MethodServices,
  place: ConfigurationPlace,
  summary: CimInstance,
  { width, height }: Picture,
): Promise<CimInstance> => {
  const machine = place.snapshot === null ? services.graph.machine(place.system.id) : undefined;
  if (machine === undefined) return summary;
  try {
    const image = await imageData(await machine.screenshot(), width, height);
    return summary.with({ ThumbnailImage: image, ThumbnailImageWidth: width, ThumbnailImageHeight: height });
  } catch (error) {
    // A machine that goes away meanwhile has no picture; the rest of its summary stands.
    if (error instanceof DomainError) return summary;
    throw error;
  }
};
