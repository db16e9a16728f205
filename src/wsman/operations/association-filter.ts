import type { AssociationFilter, Operation } from '../../cim/operations.ts';
import { type ObjectPath } from '../../cim/object-path.ts';
import type { ClassRepository, SchemaNamespace } from '../../cim/schema.ts';
import { child, children, type XmlElement } from '../../xml/element.ts';
import { readEndpointReference } from '../envelope/endpoint-reference.ts';
import { NS } from '../envelope/namespaces.ts';
import { WsmanFault } from '../faults/fault.ts';
import { referencePath } from '../objects/target.ts';

export interface AssociationRequest {
  readonly operation: Operation<'associators'> | Operation<'references'>;
  /** Projection; null for whole objects. */
  readonly columns: readonly string[] | null;
}

const refuse = (message: string): WsmanFault => new WsmanFault('cannotProcessFilter', message);

/** The association filter of DSP0227 (spec §5.11). @throws WsmanFault cannotProcessFilter */
export function readAssociationFilter(
  repository: ClassRepository,
  schema: SchemaNamespace,
  filter: XmlElement,
): AssociationRequest {
  const form = filter.children.find((c) => c.local === 'AssociatedInstances' || c.local === 'AssociationInstances');
  if (form === undefined || form.ns !== NS.binding) {
    throw refuse('An association filter holds b:AssociatedInstances or b:AssociationInstances.');
  }
  const source = sourcePath(repository, form);
  const text = (name: string): string | null => {
    const value = child(form, name, NS.binding)?.text.trim() ?? '';
    return value === '' ? null : value;
  };
  const associated = form.local === 'AssociatedInstances';
  const limits: AssociationFilter = {
    associationClass: associated ? text('AssociationClassName') : null,
    resultClass: text('ResultClassName'),
    role: text('Role'),
    resultRole: associated ? text('ResultRole') : null,
  };
  const properties = children(form, 'IncludeResultProperty', NS.binding)
    .map((p) => p.text.trim())
    .filter((p) => p !== '');
  return {
    operation: { kind: associated ? 'associators' : 'references', namespace: schema.name, source, filter: limits },
    columns: properties.length === 0 ? null : properties,
  };
}

/** Any mistake in the source reference is a mistake in the filter. */
function sourcePath(repository: ClassRepository, form: XmlElement): ObjectPath {
  const object = child(form, 'Object', NS.binding);
  if (object === undefined) throw refuse('The association filter has no b:Object.');
  try {
    return referencePath(repository, readEndpointReference(object));
  } catch (error) {
    if (error instanceof WsmanFault) throw new WsmanFault('cannotProcessFilter', error.message, { cause: error });
    throw error;
  }
}
