import { WsmanFault } from '../faults/fault.ts';

/** What a resource URI names (spec §3). `text` is the client's spelling, kept for echo. */
export type ResourceUri =
  /** `…/wbem/wsman/1/wmi/<namespace>/<Class>`; className `*` = any class. */
  | { readonly family: 'wmi'; readonly namespace: string; readonly className: string; readonly text: string }
  /** `…/wscim/1/cim-schema/2/<Class>`; the namespace comes in a selector; className `*` = any class. */
  | { readonly family: 'dmtf'; readonly className: string; readonly text: string }
  /** Class metadata, `…/cim-xml/2/cim-schema/2/*` or with a class (spec §10). */
  | { readonly family: 'cimxml'; readonly className: string; readonly text: string }
  /** Robust-connection housekeeping, `…/wsman/FullDuplex`. */
  | { readonly family: 'fullDuplex'; readonly text: string };

export type ObjectFamily = 'wmi' | 'dmtf';

export const WMI_ROOT = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/';
export const DMTF_ROOT = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/';
const DMTF_ALL = 'http://schemas.dmtf.org/wbem/wscim/1/*';
const CIMXML_ROOT = 'http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/';
const FULL_DUPLEX = 'http://schemas.microsoft.com/wbem/wsman/1/wsman/FullDuplex';

/** Where the DMTF family points without `__cimnamespace`; Windows has root/hardware, which nobody asks here. */
export const DEFAULT_NAMESPACE = 'root/virtualization/v2';

const CLASS_NAME = /^(?:\*|[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)$/;
const NAMESPACE = /^[A-Za-z_][\w-]*(?:\/[A-Za-z_][\w-]*)*$/;

const invalid = (text: string): WsmanFault =>
  new WsmanFault(
    'invalidResourceUri',
    `The resource URI "${text.slice(0, 256)}" is not known. Use ${WMI_ROOT}<namespace>/<class> or ${DMTF_ROOT}<class>.`,
  );

const after = (text: string, root: string): string | null =>
  text.length >= root.length && text.slice(0, root.length).toLowerCase() === root.toLowerCase()
    ? text.slice(root.length)
    : null;

const className = (name: string, text: string): string => {
  if (!CLASS_NAME.test(name)) throw invalid(text);
  return name;
};

/** A resource URI and the selectors that the `?Key=Value+Key=Value` form of client tools carries (spec §3). */
export interface ParsedResourceUri {
  readonly resource: ResourceUri;
  readonly query: ReadonlyMap<string, string>;
}

function splitQuery(text: string): [string, ReadonlyMap<string, string>] {
  const at = text.indexOf('?');
  if (at < 0) return [text, new Map()];
  const query = new Map<string, string>();
  for (const pair of text.slice(at + 1).split(/[+&]/)) {
    const equals = pair.indexOf('=');
    if (equals > 0) query.set(pair.slice(0, equals), pair.slice(equals + 1).replace(/^"(.*)"$/s, '$1'));
  }
  return [text.slice(0, at), query];
}

/** @throws WsmanFault `invalidResourceUri` */
export function parseResourceUri(raw: string): ParsedResourceUri {
  const text = raw.trim();
  if (text.length > 2048) throw invalid(text);
  const [uri, query] = splitQuery(text);
  const found = (resource: ResourceUri): ParsedResourceUri => ({ resource, query });

  const wmi = after(uri, WMI_ROOT);
  if (wmi !== null) {
    const slash = wmi.lastIndexOf('/');
    const namespace = wmi.slice(0, Math.max(slash, 0));
    if (slash <= 0 || !NAMESPACE.test(namespace)) throw invalid(text);
    return found({ family: 'wmi', namespace, className: className(wmi.slice(slash + 1), text), text: uri });
  }
  if (uri.toLowerCase() === DMTF_ALL) return found({ family: 'dmtf', className: '*', text: uri });
  const dmtf = after(uri, DMTF_ROOT);
  if (dmtf !== null) return found({ family: 'dmtf', className: className(dmtf, text), text: uri });
  const cimxml = after(uri, CIMXML_ROOT);
  if (cimxml !== null) return found({ family: 'cimxml', className: className(cimxml, text), text: uri });
  if (uri.toLowerCase() === FULL_DUPLEX.toLowerCase()) return found({ family: 'fullDuplex', text: uri });
  throw invalid(text);
}

/** Resource URI of a class in a family; `namespace` with `\` or `/`, in repository spelling. */
export const resourceUriOf = (family: ObjectFamily, namespace: string, name: string): string =>
  family === 'wmi' ? `${WMI_ROOT}${namespace.replaceAll('\\', '/')}/${name}` : DMTF_ROOT + name;
