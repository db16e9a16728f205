import type { ObjectPath } from '../../../cim/object-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import type { References, SettingTarget } from './references.ts';

const unknown = (parameter: string, what: string): DomainError =>
  new DomainError(
    'invalidParameter',
    `${parameter} names no ${what} of this host. Read its path again; it may have been removed.`,
  );

/** A virtual or planned system. @throws DomainError invalidParameter for the host and for what does not exist. */
export const requireSystem = (references: References, parameter: string, path: ObjectPath): VirtualSystem => {
  const found = references.system(path);
  if (found === 'host') {
    throw new DomainError('invalidParameter', `${parameter} names the host. Use the path of a virtual machine.`);
  }
  if (found === undefined) throw unknown(parameter, 'virtual machine');
  return found;
};

/** A VSSD, or a system that stands for its active settings (README rule 8). */
export const requireConfiguration = (
  references: References,
  parameter: string,
  path: ObjectPath,
): ConfigurationPlace => {
  const found = references.configuration(path);
  if (found === undefined) throw unknown(parameter, 'settings of a virtual machine');
  return found;
};

export const requireSetting = (references: References, parameter: string, path: ObjectPath): SettingTarget => {
  const found = references.setting(path);
  if (found === undefined) throw unknown(parameter, 'setting');
  return found;
};
