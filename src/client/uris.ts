/** Namespaces, actions and dialects of WS-Management as WinRM speaks it (spec wire-wsman §2, §5, §5.10). */
export const NS = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  wsman: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  enumeration: 'http://schemas.xmlsoap.org/ws/2004/09/enumeration',
  transfer: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  eventing: 'http://schemas.xmlsoap.org/ws/2004/08/eventing',
  identify: 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  fault: 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault',
  wmi: 'http://schemas.microsoft.com/wbem/wsman/1/wmi/',
} as const;

export const ANONYMOUS = `${NS.addressing}/role/anonymous`;
export const WQL = 'http://schemas.microsoft.com/wbem/wsman/1/WQL';
export const EVENT_PULL = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull';

/** `root\virtualization\v2`, `Msvm_X` -> the WMI resource URI. */
export const resourceUri = (namespace: string, className: string): string =>
  `${NS.wmi}${namespace.replaceAll('\\', '/')}/${className}`;

/** The reverse of `resourceUri`. */
export const classOf = (uri: string): { readonly namespace: string; readonly className: string } => {
  const at = uri.lastIndexOf('/');
  const from = uri.startsWith(NS.wmi) ? NS.wmi.length : 0;
  return { namespace: uri.slice(from, at).replaceAll('/', '\\'), className: uri.slice(at + 1) };
};
