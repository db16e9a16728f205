import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimError } from '../../../src/cim/errors.ts';
import { CimInstance } from '../../../src/cim/instance.ts';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { MethodResult } from '../../../src/cim/operations.ts';
import type { CimValue } from '../../../src/cim/values.ts';
import { guidOf, SERVICE_CLASS, V2 } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';
import { assertSaysWhy } from '../../kit/refusal-text.ts';
import { badValues } from './bad-values.ts';

const WRONG_TYPE = 'typeMismatch';
const INVALID = 32773;

/** What one bad value gets: the code of a refusal, the word of a fault, or the out parameter of an answer. */
type Answer = number | string | { readonly out: unknown };

const answerTo = async (
  world: HyperVWorld,
  method: string,
  parameter: string,
  value: CimValue,
  show: (result: MethodResult) => unknown,
): Promise<Answer> => {
  const label = `${method}.${parameter} = ${String(value).slice(0, 60)}`;
  try {
    const result = await world.client.call(method, { [parameter]: value });
    if (result.returnValue === 0) return { out: show(result) };
    assertSaysWhy(result.extended?.get('Message'), label);
    for (const out of Object.values(result.out)) assert.equal(out, null, label);
    return Number(result.returnValue);
  } catch (error) {
    if (!(error instanceof CimError)) throw error;
    assertSaysWhy(error.message, label);
    return error.code;
  }
};

const isNullElement = (value: CimValue): boolean => Array.isArray(value) && value.length === 1 && value[0] === null;
const isNothing = (value: CimValue): boolean => value === null || (Array.isArray(value) && value.length === 0);
/** A word alone is the path of a class. */
const isPath = (value: CimValue): boolean => value instanceof ObjectPath || value === 'nonsense';
const only = (value: CimValue): CimValue =>
  Array.isArray(value) && value.length === 1 ? ((value as readonly CimValue[])[0] ?? null) : value;

const summaries = ({ out }: MethodResult): readonly CimInstance[] => {
  const found = out['SummaryInformation'];
  assert.ok(Array.isArray(found));
  return found.map((one) => (one instanceof CimInstance ? one : assert.fail('a summary')));
};

describe('bad input to methods that only read (management-service §2)', () => {
  const tryAll = async (
    method: string,
    parameter: string,
    show: (result: MethodResult) => unknown,
    expected: (value: CimValue, victim: string) => Answer,
  ): Promise<void> => {
    await using world = await openWorld();
    const system = await world.client.define({ ElementName: 'victim' });
    const cimClass = world.broker.repository.namespace(V2)?.class(SERVICE_CLASS);
    const declared = cimClass?.methods.find(({ name }) => name === method)?.parameters;
    const found = declared?.find(({ name }) => name === parameter) ?? assert.fail(parameter);
    const before = await world.stored();
    for (const value of badValues(found, system, V2)) {
      assert.deepEqual(
        await answerTo(world, method, parameter, value, show),
        expected(value, guidOf(system)),
        `${method}.${parameter} = ${String(value).slice(0, 60)}`,
      );
    }
    assert.deepEqual(await world.stored(), before);
  };

  test('GetSizeOfSystemFiles: no settings, or none of this host, is 32773; no reference is a fault', () =>
    tryAll(
      'GetSizeOfSystemFiles',
      'Vssd',
      ({ out }) => out['Size'],
      (value) => (value === null || isNullElement(value) || isPath(value) ? INVALID : WRONG_TYPE),
    ));

  test('GetSummaryInformation: what is unknown has an empty Name; nothing means every machine', () =>
    tryAll(
      'GetSummaryInformation',
      'SettingData',
      (result) => summaries(result).map((one) => one.get('Name')),
      (value, victim) => {
        if (isNothing(value)) return { out: [victim] };
        if (isNullElement(value)) return INVALID;
        return isPath(only(value)) ? { out: [''] } : WRONG_TYPE;
      },
    ));

  test('GetSummaryInformation: no codes are a right question for the names; no number is a fault', () =>
    tryAll(
      'GetSummaryInformation',
      'RequestedInformation',
      (result) => summaries(result).map((one) => [one.get('Name'), one.get('ElementName'), one.get('EnabledState')]),
      (value, victim) => {
        if (isNothing(value)) return { out: [[victim, null, null]] };
        return isNullElement(value) ? INVALID : WRONG_TYPE;
      },
    ));

  test('FormatError: nothing gives nothing, whatever is no error is 32773', () =>
    tryAll(
      'FormatError',
      'Errors',
      ({ out }) => out['ErrorMessage'],
      (value) => (isNothing(value) ? { out: '' } : INVALID),
    ));
});
