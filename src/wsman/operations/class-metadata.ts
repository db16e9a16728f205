import { sameName } from '../../cim/names.ts';
import type { CimClass } from '../../cim/schema.ts';
import { child } from '../../xml/element.ts';
import { ACTION, ANONYMOUS, NS } from '../envelope/namespaces.ts';
import { isTrue, option, type SoapRequest } from '../envelope/request.ts';
import { WsmanFault } from '../faults/fault.ts';
import { type ClassDetail, classElement } from '../objects/class-writer.ts';
import { namespaceOf } from '../objects/target.ts';
import { operationBody, readFilter, readMaxElements } from './enumerate-request.ts';
import { openEnumeration } from './enumerate.ts';
import { RenderedSource } from './rendered-source.ts';
import { execute, type Handler } from './service.ts';
import { transferReply } from './transfer.ts';

/** Class named by the selector `ClassName`, or by the resource URI; null when none is. */
function className(request: SoapRequest): string | null {
  const selector = request.selectors.find((s) => sameName(s.name, 'ClassName'))?.value;
  if (typeof selector === 'string' && selector.trim() !== '') return selector.trim();
  const resource = request.resource;
  return resource?.family === 'cimxml' && resource.className !== '*' ? resource.className : null;
}

const detailOf = (request: SoapRequest): ClassDetail => ({
  inherited: isTrue(option(request, 'IncludeInheritedElements') ?? 'true'),
  qualifiers: isTrue(option(request, 'IncludeQualifiers') ?? 'true'),
  origin: isTrue(option(request, 'IncludeClassOrigin')),
  hierarchy: isTrue(option(request, 'IncludeInheritanceHierarchy')),
});

/** GetClass of the CIM client (spec §10). */
export const getClass: Handler = async (service, call) => {
  const { request } = call;
  const schema = namespaceOf(service.broker.repository, request.resource!, request.selectors);
  const name = className(request);
  if (name === null) throw new WsmanFault('insufficientSelectors', 'The selector ClassName is required.');
  const cimClass = await execute(
    service,
    call,
    { kind: 'getClass', namespace: schema.name, className: name },
    { operation: 'GetClass', parameterInfo: name.slice(0, 200), kind: 'object' },
  );
  return transferReply(ACTION.get, classElement(cimClass, detailOf(request)));
};

/** EnumerateClasses: of the whole namespace, or below one class (spec §10). */
export const enumerateClasses: Handler = async (service, call) => {
  const { request } = call;
  const body = operationBody(request, 'Enumerate', NS.enumeration);
  if (readFilter(body) !== null) throw new WsmanFault('filteringNotSupported', 'Class metadata cannot be filtered.');
  const schema = namespaceOf(service.broker.repository, request.resource!, request.selectors);
  service.contexts.checkQuota(call.context.caller.name);
  const name = className(request);
  const deep = isTrue(option(request, 'IncludeSubClasses'));
  const { classes } = await execute(
    service,
    call,
    { kind: 'enumerateClasses', namespace: schema.name, className: name, deep },
    { operation: 'CreateClassEnum', parameterInfo: name, kind: 'object' },
  );
  const detail = detailOf(request);
  const namesOnly = (child(body, 'EnumerationMode')?.text.trim() ?? '') === 'EnumerateEPR';
  const namespace = schema.name.replaceAll('\\', '/');
  const source = new RenderedSource<CimClass>(classes, (c) =>
    namesOnly ? classEpr(c, namespace) : classElement(c, detail),
  );
  const optimized = child(body, 'OptimizeEnumeration') !== undefined;
  return await openEnumeration(
    service,
    call,
    source,
    optimized ? readMaxElements(body, service.limits.maxBatchItems) : null,
  );
};

const classEpr = (cimClass: CimClass, namespace: string): string =>
  `<a:EndpointReference><a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*</w:ResourceURI>` +
  `<w:SelectorSet><w:Selector Name="__cimnamespace">${namespace}</w:Selector><w:Selector Name="ClassName">${cimClass.name}</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference>`;
