import type { CimClass, CimMethod, CimParameter, CimProperty } from '../../cim/schema.ts';
import type { CimValue } from '../../cim/values.ts';

export type QualifierScope = 'CLASS' | 'ASSOCIATION' | 'REFERENCE' | 'PROPERTY' | 'METHOD' | 'PARAMETER' | 'INDICATION';

/** A qualifier that clients see: its declaration, and what it says of each kind of element (DSP0004 §5.6). */
export interface QualifierRow {
  readonly name: string;
  readonly type: 'boolean' | 'string' | 'uint32';
  readonly array: boolean;
  readonly scopes: readonly QualifierScope[];
  readonly overridable: boolean;
  readonly toSubclass: boolean;
  readonly ofClass?: (cimClass: CimClass) => CimValue;
  readonly ofProperty?: (property: CimProperty) => CimValue;
  readonly ofMethod?: (method: CimMethod) => CimValue;
  readonly ofParameter?: (parameter: CimParameter) => CimValue;
}

type Values = { readonly values: Readonly<Record<string, string>> | null };

const flag = (set: boolean): CimValue => (set ? true : null);
const keysOf = ({ values }: Values): CimValue => (values === null ? null : Object.keys(values));
const namesOf = ({ values }: Values): CimValue => (values === null ? null : Object.values(values));
/** Class of the instance in a string, or in an object of one class. */
const embeddedIn = ({ embedded }: CimProperty | CimParameter): CimValue => embedded;
const anyObject = ({ type, embedded }: CimProperty | CimParameter): CimValue =>
  flag(type === 'object' && embedded === null);

const row = (
  name: string,
  type: QualifierRow['type'],
  scopes: readonly QualifierScope[],
  of: Pick<QualifierRow, 'ofClass' | 'ofProperty' | 'ofMethod' | 'ofParameter'>,
  more: { readonly array?: true; readonly fixed?: true; readonly restricted?: true } = {},
): QualifierRow => ({
  name,
  type,
  array: more.array ?? false,
  scopes,
  overridable: more.fixed === undefined && more.restricted === undefined,
  toSubclass: more.restricted === undefined,
  ...of,
});

const CLASSES: readonly QualifierScope[] = ['CLASS', 'ASSOCIATION', 'INDICATION'];
const PROPERTIES: readonly QualifierScope[] = ['PROPERTY', 'REFERENCE'];
const TYPED: readonly QualifierScope[] = ['PROPERTY', 'METHOD', 'PARAMETER'];

/** Everything that the class repository keeps of a class. */
export const QUALIFIERS: readonly QualifierRow[] = [
  row('Abstract', 'boolean', CLASSES, { ofClass: (c) => flag(c.abstract) }, { restricted: true }),
  row('Association', 'boolean', ['ASSOCIATION'], { ofClass: (c) => flag(c.association) }, { fixed: true }),
  row('EmbeddedInstance', 'string', TYPED, { ofProperty: embeddedIn, ofParameter: embeddedIn }),
  row('EmbeddedObject', 'boolean', TYPED, { ofProperty: anyObject, ofParameter: anyObject }, { fixed: true }),
  row('In', 'boolean', ['PARAMETER'], { ofParameter: (p) => p.direction !== 'out' }, { fixed: true }),
  row('Indication', 'boolean', ['CLASS', 'INDICATION'], { ofClass: (c) => flag(c.indication) }, { fixed: true }),
  row('Key', 'boolean', PROPERTIES, { ofProperty: (p) => flag(p.key) }, { fixed: true }),
  row('MaxLen', 'uint32', TYPED, { ofProperty: (p) => p.maxLen }),
  row('Optional', 'boolean', ['PARAMETER'], { ofParameter: (p) => flag(p.optional) }),
  row('Out', 'boolean', ['PARAMETER'], { ofParameter: (p) => (p.direction === 'in' ? null : true) }, { fixed: true }),
  row('Read', 'boolean', PROPERTIES, { ofProperty: () => true }),
  row('Singleton', 'boolean', ['CLASS'], { ofClass: (c) => flag(c.singleton) }),
  row('Static', 'boolean', ['METHOD'], { ofMethod: (m) => flag(m.static) }, { fixed: true }),
  row('Units', 'string', TYPED, { ofProperty: (p) => p.units }),
  row(
    'ValueMap',
    'string',
    TYPED,
    { ofProperty: keysOf, ofParameter: keysOf, ofMethod: (m) => keysOf({ values: m.returns }) },
    { array: true },
  ),
  row(
    'Values',
    'string',
    TYPED,
    { ofProperty: namesOf, ofParameter: namesOf, ofMethod: (m) => namesOf({ values: m.returns }) },
    { array: true },
  ),
  row('Write', 'boolean', PROPERTIES, { ofProperty: (p) => flag(p.write) }),
];
