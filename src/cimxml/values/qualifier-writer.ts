import type { CimValue } from '../../cim/values.ts';
import type { QualifierRow } from './qualifier-table.ts';
import { QUALIFIERS } from './qualifier-table.ts';
import { type ValueContext, valueElement } from './value-writer.ts';

const flavors = (row: QualifierRow): string =>
  `${row.overridable ? '' : ' OVERRIDABLE="false"'}${row.toSubclass ? '' : ' TOSUBCLASS="false"'}`;

/** QUALIFIER elements of an element; `of` picks a row's value for it, undefined or NULL where it says nothing. */
export function qualifierElements(of: (row: QualifierRow) => CimValue | undefined, context: ValueContext): string {
  let text = '';
  for (const row of QUALIFIERS) {
    const value = of(row);
    if (value === null || value === undefined) continue;
    text += `<QUALIFIER NAME="${row.name}" TYPE="${row.type}"${flavors(row)}>${valueElement(row.type, value, context)}</QUALIFIER>`;
  }
  return text;
}

/** QUALIFIER.DECLARATION (DSP0201 §5.4). */
export function qualifierDeclaration(row: QualifierRow, context: ValueContext): string {
  const scope = row.scopes.map((name) => ` ${name}="true"`).join('');
  const initial = row.type === 'boolean' ? valueElement('boolean', false, context) : '';
  return (
    `<QUALIFIER.DECLARATION NAME="${row.name}" TYPE="${row.type}" ISARRAY="${row.array}"${flavors(row)}>` +
    `<SCOPE${scope}/>${initial}</QUALIFIER.DECLARATION>`
  );
}
