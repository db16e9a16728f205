import { CimInstance } from '../../../cim/instance.ts';
import { ObjectPath } from '../../../cim/object-path.ts';
import type { CimScalar, CimValue } from '../../../cim/values.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SettingScalar, SettingValue } from '../../../core/model.ts';

/** Longest text of one setting, and most elements of one array: a definition is read into memory with every start. */
const MAX_TEXT = 65_536;
const MAX_ELEMENTS = 1024;

/** Control characters except tab, line feed and carriage return: no setting can hold them, no XML can carry them. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

const scalar = (property: string, value: CimScalar): SettingScalar => {
  if (value instanceof ObjectPath || value instanceof CimInstance) {
    throw new DomainError(
      'wrongType',
      `The property ${property} holds an object where a plain value is meant. Send a plain value.`,
    );
  }
  if (typeof value === 'string') {
    if (value.length > MAX_TEXT) {
      throw new DomainError(
        'invalidParameter',
        `The property ${property} is longer than ${MAX_TEXT} characters. Shorten it.`,
      );
    }
    if (CONTROL.test(value)) {
      throw new DomainError('invalidParameter', `The property ${property} has a control character. Remove it.`);
    }
  }
  return value;
};

/**
 * A CIM value as the domain holds it. A null element of a text array is an empty text, as WMI's `{null}` is meant by
 * the scripts that send it; of any other array it is refused.
 */
export const settingValue = (property: string, value: Exclude<CimValue, null>): SettingValue => {
  if (!Array.isArray(value)) return scalar(property, value as CimScalar);
  const elements: readonly (CimScalar | null)[] = value;
  if (elements.length > MAX_ELEMENTS) {
    throw new DomainError(
      'invalidParameter',
      `The property ${property} has more than ${MAX_ELEMENTS} elements. Shorten it.`,
    );
  }
  const isText = elements.every((element) => element === null || typeof element === 'string');
  return elements.map((element) => {
    if (element !== null) return scalar(property, element);
    if (isText) return '';
    throw new DomainError('invalidParameter', `The property ${property} has a NULL among its elements. Remove it.`);
  });
};
