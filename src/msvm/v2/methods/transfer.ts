import { DomainError } from '../../../core/errors.ts';
import type { MethodCall, MethodRow, MethodRows } from './method.ts';
import type { MethodServices } from './services.ts';
import { requireSystem } from './targets.ts';

const REASON =
  'Import and the validation of planned virtual machines are not part of this release. Define the virtual machine with DefineSystem.';

/** Parameters are checked, so that a wrong call is told from a right one that this release does not serve. */
const refusedAfter = (
  check: (call: MethodCall) => void,
  jobType: number | null,
  out: readonly string[] = [],
): MethodRow => ({
  right: 'administer',
  jobType,
  out,
  run: async (call) => {
    check(call);
    throw new DomainError('notSupported', REASON);
  },
});

/** Import and plans (planned-systems.md): one group, because they come together. */
export const transferMethods = (services: MethodServices): MethodRows => {
  const plan = ({ args }: MethodCall): void => {
    const system = requireSystem(services.references, 'PlannedSystem', args.requiredReference('PlannedSystem'));
    if (system.kind !== 'planned') {
      throw new DomainError(
        'invalidParameter',
        'PlannedSystem names a realized virtual machine. Use the path of a planned one.',
      );
    }
  };
  return {
    ImportSystemDefinition: refusedAfter(
      ({ args }) => {
        args.requiredText('SystemDefinitionFile');
        args.text('SnapshotFolder');
        args.boolean('GenerateNewSystemIdentifier');
      },
      61,
      ['ImportedSystem'],
    ),
    ImportSnapshotDefinitions: refusedAfter(
      (call) => {
        plan(call);
        call.args.requiredText('SnapshotFolder');
      },
      61,
      ['ImportedSnapshots'],
    ),
    ValidatePlannedSystem: refusedAfter(plan, 140),
    RealizePlannedSystem: refusedAfter(plan, 141, ['ResultingSystem']),
    GetDefinitionFileSummaryInformation: refusedAfter(
      ({ args }) => {
        args.requiredTexts('DefinitionFiles');
      },
      null,
      ['SummaryInformation'],
    ),
  };
};
