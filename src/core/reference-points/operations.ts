import type { PathResolver } from '../paths/resolver.ts';
import type { ReferencePointOperations } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { diskChanges } from './changes.ts';
import { convertDefinition, convertSnapshot } from './convert.ts';
import { createPoint, createPointDefinition } from './create.ts';
import { destroyPoint, destroyPointDefinition } from './destroy.ts';

/** The operations of requests.ts. Their jobs are registered, so that a restart finds them. */
export const referencePointOperations = (context: SystemsContext, paths: PathResolver): ReferencePointOperations => {
  const create = createPointDefinition(context);
  const convert = convertDefinition(context);
  const destroy = destroyPointDefinition(context);
  context.jobs.register(create);
  context.jobs.register(convert);
  context.jobs.register(destroy);
  return {
    create: (request, system, options) => createPoint(context, create, request, system, options),
    convert: (request, snapshot) => convertSnapshot(context, convert, request, snapshot),
    destroy: (request, point) => destroyPoint(context, destroy, request, point),
    changes: (wanted) => diskChanges(context, paths, wanted),
  };
};
