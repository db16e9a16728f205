import { escapeXml } from '../../xml/escape.ts';
import { NS } from '../envelope/namespaces.ts';
import { PREFIXES, type Reply } from '../envelope/reply.ts';
import { FAULT_ACTIONS, FAULT_DETAIL_ROOT } from './fault-table.ts';
import type { ProviderDetail, WsmanFault } from './fault.ts';

export interface FaultSurroundings {
  /** `Machine` of f:WSManFault. */
  readonly machine: string;
  /** Append MSFT_WmiError: the request came from the MI client (spec §11, rule). */
  readonly miClient: boolean;
  /** WMI namespace of the request with `/`, for __ExtendedStatus; null when unknown. */
  readonly namespace: string | null;
}

const MAX_REASON = 4096;

const element = (name: string, value: string | null): string =>
  value === null ? `<p:${name} xsi:nil="true"/>` : `<p:${name}>${escapeXml(value)}</p:${name}>`;

function extendedStatus(provider: ProviderDetail, namespace: string): string {
  const uri = escapeXml(`http://schemas.microsoft.com/wbem/wsman/1/wmi/${namespace}/__ExtendedStatus`);
  return (
    `<p:__ExtendedStatus xmlns:xsi="${NS.xsi}" xmlns:p="${uri}" xmlns:cim="${NS.common}" xsi:type="p:__ExtendedStatus_Type">` +
    element('Description', null) +
    element('Operation', provider.operation) +
    element('ParameterInfo', provider.parameterInfo) +
    element('ProviderName', 'WinMgmt') +
    `<p:StatusCode xsi:nil="true"/></p:__ExtendedStatus>`
  );
}

const wsmanFault = (code: number, machine: string, message: string): string =>
  `<f:WSManFault xmlns:f="${NS.fault}" Code="${code}" Machine="${escapeXml(machine)}"><f:Message>${message}</f:Message></f:WSManFault>`;

function faultElement(fault: WsmanFault, text: string, around: FaultSurroundings): string {
  if (fault.provider === null) return wsmanFault(fault.wsman, around.machine, text);
  // Access denied carries Win32's 5 outside and the provider's own code inside (spec §11).
  const inner = fault.fault === 'accessDenied' ? fault.provider.hresult : fault.wsman;
  const nested =
    `<f:ProviderFault provider="WMI Provider" path="%systemroot%\\system32\\WsmWmiPl.dll">${wsmanFault(inner, around.machine, text)}` +
    `<f:ExtendedError>${extendedStatus(fault.provider, around.namespace ?? 'root/virtualization/v2')}</f:ExtendedError></f:ProviderFault>`;
  return wsmanFault(fault.wsman, around.machine, nested);
}

const hex = (code: number): string => `0x${code.toString(16).padStart(8, '0')}`;

/** MSFT_WmiError as the MI client expects it; numbers are typed, texts may be NULL. */
function wmiError(fault: WsmanFault, text: string): string {
  const status = fault.provider?.status ?? 1;
  const code = fault.provider?.hresult ?? fault.wsman;
  const typed = (name: string, type: string, value: string): string =>
    `<p:${name} xsi:type="cim:${type}">${value}</p:${name}>`;
  const nil = (name: string, type: string): string => `<p:${name} xsi:type="cim:${type}" xsi:nil="true"/>`;
  return (
    `<p:MSFT_WmiError b:IsCIM_Error="true" xmlns:b="${NS.binding}" xmlns:p="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError" ` +
    `xmlns:cim="${NS.common}" xmlns:xsi="${NS.xsi}" xsi:type="p:MSFT_WmiError_Type">` +
    typed('CIMStatusCode', 'cimUnsignedInt', String(status)) +
    nil('CIMStatusCodeDescription', 'cimString') +
    nil('ErrorSource', 'cimString') +
    typed('ErrorSourceFormat', 'cimUnsignedShort', '0') +
    typed('ErrorType', 'cimUnsignedShort', '0') +
    typed('Message', 'cimString', text) +
    typed('MessageID', 'cimString', `HRESULT ${hex(code)}`) +
    nil('OtherErrorSourceFormat', 'cimString') +
    nil('OtherErrorType', 'cimString') +
    nil('OwningEntity', 'cimString') +
    typed('PerceivedSeverity', 'cimUnsignedShort', '0') +
    typed('ProbableCause', 'cimUnsignedShort', '0') +
    nil('ProbableCauseDescription', 'cimString') +
    typed('error_Category', 'cimUnsignedInt', '0') +
    typed('error_Code', 'cimUnsignedInt', String(code)) +
    typed('error_Type', 'cimString', 'HRESULT') +
    typed('error_WindowsErrorMessage', 'cimString', text) +
    `</p:MSFT_WmiError>`
  );
}

/** A fault as a reply (spec §11). The HTTP status that goes with it is always 500. */
export function faultReply(fault: WsmanFault, around: FaultSurroundings): Reply {
  const { code, subcode, detail } = fault.row;
  const text = escapeXml(fault.message.slice(0, MAX_REASON));
  const family = subcode?.split(':', 1)[0] ?? null;
  // `b` is not among the prefixes of the Envelope: declare it where the QName stands, so that it resolves (W-110).
  const binding = family === 'b' ? ` xmlns:b="${NS.binding}"` : '';
  const sub = subcode === null ? '' : `<s:Subcode><s:Value${binding}>${subcode}</s:Value></s:Subcode>`;
  const faultDetail = detail === null ? '' : `<w:FaultDetail>${FAULT_DETAIL_ROOT}${detail}</w:FaultDetail>`;
  const mi = around.miClient ? wmiError(fault, text) : '';
  const refused = fault.notUnderstood;
  return {
    // SOAP's own faults have no family; WS-Addressing names the action for them.
    action: (family === null ? undefined : FAULT_ACTIONS[family]) ?? FAULT_ACTIONS['a']!,
    prefixes: PREFIXES.fault,
    header:
      refused === null
        ? ''
        : `<s:NotUnderstood qname="q:${escapeXml(refused.local)}" xmlns:q="${escapeXml(refused.ns)}"/>`,
    body:
      `<s:Fault><s:Code><s:Value>${code}</s:Value>${sub}</s:Code><s:Reason><s:Text xml:lang="en-US">${text}</s:Text></s:Reason>` +
      `<s:Detail>${faultDetail}${faultElement(fault, text, around)}${mi}</s:Detail></s:Fault>`,
  };
}
