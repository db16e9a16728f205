import { fold } from '../../../cim/names.ts';
import type { MethodResult, OperationContext } from '../../../cim/operations.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimClass, CimMethod, ClassRepository } from '../../../cim/schema.ts';
import type { CimValue } from '../../../cim/values.ts';
import { DomainError } from '../../../core/errors.ts';
import { refusalInstance } from './msvm-error.ts';

/** CIM's "not supported", and Msvm's (jobs-and-errors §1). */
const CIM_NOT_SUPPORTED = 1;
const MSVM_NOT_SUPPORTED = 32770;

/** Control methods of DMTF's services and devices answer 1 (management-service §1 row 42, other-services); the rest 32770. */
const CONTROL_METHODS: ReadonlySet<string> = new Set(
  [
    'RequestStateChange',
    'StartService',
    'StopService',
    'Reset',
    'EnableDevice',
    'OnlineDevice',
    'QuiesceDevice',
    'SaveProperties',
    'RestoreProperties',
    'SetPowerState',
    'KillJob',
    // Its schema knows no other answer; the medium of a drive goes by RemoveResourceSettings.
    'LockMedia',
  ].map(fold),
);

/** What a method that nobody provides answers. */
export const unsupportedCode = (method: string): number =>
  CONTROL_METHODS.has(fold(method)) ? CIM_NOT_SUPPORTED : MSVM_NOT_SUPPORTED;

/** Why, and what to do instead, by what the name of a class tells of its subject; the first that fits. */
const REASONS: readonly (readonly [subject: RegExp, reason: string])[] = [
  [/Replication/, 'Replication is not implemented. Back machines up by reference points, or export them.'],
  [
    /Migration/,
    'Migration is not implemented. Export the machine, also while it runs, and import it on the other host.',
  ],
  [/AssignableDevice/, 'Devices of the host are not passed through to machines.'],
  [/3d/i, 'Machines get no graphics adapters of the host.'],
  [/RedundancySet/, 'The cluster is this one host, to which nothing can fail over.'],
  [/Pool$/, 'What a pool has left is its Capacity without what is Reserved.'],
];

const reasonFor = (className: string): string =>
  REASONS.filter(([subject]) => subject.test(className)).map(([, reason]) => ` ${reason}`)[0] ?? '';

const isHyperV = (cimClass: CimClass): boolean => cimClass.name.startsWith('Msvm_');

/**
 * Answers for methods that the schema declares on a Msvm class and nobody provides: a number instead of a fault, because
 * clients of such methods know how to read "not supported" and not how to read a fault. Methods of other classes, and
 * those whose return value is no number, are left to the broker.
 */
export const unsupportedMethods =
  (repository: ClassRepository) =>
  (
    _context: OperationContext,
    _path: ObjectPath,
    cimClass: CimClass,
    method: CimMethod,
  ): Promise<MethodResult> | undefined => {
    if (!isHyperV(cimClass) || method.returnType !== 'uint32') return undefined;
    const out = method.parameters
      .filter((parameter) => parameter.direction !== 'in')
      .map((parameter): [string, CimValue] => [parameter.name, null]);
    const errorClass = repository.namespace(cimClass.namespace)?.class('Msvm_Error');
    const reason = new DomainError(
      'notSupported',
      `This service does not offer ${method.name} of ${cimClass.name}.${reasonFor(cimClass.name)}`,
    );
    return Promise.resolve({
      returnValue: unsupportedCode(method.name),
      out: Object.fromEntries(out),
      ...(errorClass === undefined ? {} : { extended: refusalInstance(errorClass, reason, () => null) }),
    });
  };
