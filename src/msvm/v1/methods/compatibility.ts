import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { DomainError } from '../../../core/errors.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import { effectiveValues, SUPPORTED_VERSIONS } from '../../../core/systems/system-defaults.ts';
import type { Projection } from '../../projection.ts';
import { answered, done, type MethodRows } from '../../v2/methods/method.ts';
import { refusalInstance } from '../../v2/methods/msvm-error.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import { requireSystem } from '../../v2/methods/targets.ts';

/** "Not compatible" (jobs-and-errors §1, family A). */
const NOT_COMPATIBLE = 32784;
/** First line of our information; what begins otherwise comes from another product. */
const HEADER = 'vsms-compatibility-1';
const MAX_BYTES = 4096;

/** What a machine needs of a host. A saved state resumes on the same processor only. */
const informationOf = (system: VirtualSystem, processorName: string): string => {
  const version = String(effectiveValues(system, system.active)['Version']);
  const processor = system.power === 'off' ? '' : processorName;
  return [HEADER, version, processor].join('\n');
};

/** Why the machine cannot come here; null: it can. */
const reasonAgainst = (information: string, processorName: string): string | null => {
  const [header, version, processor] = information.split('\n');
  if (header !== HEADER) return 'The information was not made by GetSystemCompatibilityInfo of this service.';
  if (!SUPPORTED_VERSIONS.includes(version ?? ''))
    return `The virtual machine has the version ${version}, which this host does not know. Upgrade the service.`;
  if (processor !== '' && processor !== processorName)
    return `The virtual machine has a saved state of the processor "${processor}"; this host has "${processorName}". Turn it off first.`;
  return null;
};

/** CheckSystemCompatibilityInfo, GetSystemCompatibilityInfo (management-service §3): opaque to clients. */
export const compatibilityMethods = (services: MethodServices, home: Projection): MethodRows => ({
  GetSystemCompatibilityInfo: {
    right: 'read',
    jobType: null,
    out: ['CompatibilityInfo'],
    run: async ({ args }) => {
      const system = requireSystem(services.references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
      const { processorName } = services.graph.host;
      return done({ CompatibilityInfo: [...Buffer.from(informationOf(system, processorName), 'utf8')] });
    },
  },
  CheckSystemCompatibilityInfo: {
    right: 'read',
    jobType: null,
    out: ['Reasons'],
    run: async ({ args }) => {
      const bytes = args.integers('CompatibilityInfo');
      if (bytes.length === 0 || bytes.length > MAX_BYTES) {
        throw new DomainError(
          'invalidParameter',
          `CompatibilityInfo has ${bytes.length} bytes. Send what GetSystemCompatibilityInfo answered; at most ${MAX_BYTES} bytes.`,
        );
      }
      const reason = reasonAgainst(Buffer.from(bytes).toString('utf8'), services.graph.host.processorName);
      if (reason === null) return done({ Reasons: [] });
      const error = refusalInstance(home.class('Msvm_Error'), new DomainError('notSupported', reason), () => null);
      return answered(NOT_COMPATIBLE, { Reasons: [printEmbedded(error)] });
    },
  },
});
