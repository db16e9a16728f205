import type { CimClass, CimProperty } from '../../cim/schema.ts';
import { sameName } from '../../cim/names.ts';
import { WsmanFault } from '../faults/fault.ts';

export interface FragmentPath {
  readonly property: CimProperty;
  /** From 1; null for all elements. */
  readonly index: number | null;
  /** The text alone, not its element. */
  readonly textOnly: boolean;
}

const FORM = /^\/{0,2}(?:(?:[\w.-]+:)?([A-Za-z_]\w*)\/)?(?:[\w.-]+:)?([A-Za-z_]\w*)(?:\[(\d{1,6})\])?(\/text\(\))?$/;

/** XPath as far as property fragments need it (spec §9). @throws WsmanFault fragmentPath */
export function parseFragmentPath(cimClass: CimClass, text: string): FragmentPath {
  const match = text.length > 512 ? null : FORM.exec(text);
  const property = cimClass.property(match?.[2] ?? '');
  const named = match?.[1];
  const index = match?.[3] === undefined ? null : Number(match[3]);
  if (
    match === null ||
    property === undefined ||
    (named !== undefined && !cimClass.isA(named) && !sameName(named, cimClass.name)) ||
    index === 0
  ) {
    throw new WsmanFault(
      'fragmentPath',
      `The fragment path "${text.slice(0, 200)}" names no property of ${cimClass.name}.`,
    );
  }
  return { property, index, textOnly: match[4] !== undefined };
}
