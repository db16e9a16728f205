const SPECIAL =
  /[&<>"'\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\r/g;
const QUICK = /[&<>"'\u0000-\u0008\u000B-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;
const NAMED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

/**
 * Text for element content or an attribute value.
 * Characters that XML 1.0 cannot carry become `?` (MS-WSMV: control characters below 0x20 but tab, LF, CR).
 */
export const escapeXml = (text: string): string =>
  QUICK.test(text) ? text.replace(SPECIAL, (c) => NAMED[c] ?? '?') : text;
