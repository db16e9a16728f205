/** Why a document was refused; `position` is a character offset, line ends counted as XML has them. */
export class XmlError extends Error {
  readonly reason: 'syntax' | 'limit' | 'doctype' | 'encoding';
  readonly position: number;
  constructor(reason: XmlError['reason'], message: string, position = 0) {
    super(message);
    this.name = 'XmlError';
    this.reason = reason;
    this.position = position;
  }
}

/** With line and column, from 1, in front of the message: whoever wrote the document finds the place by them. */
export function syntaxError(source: string, position: number, message: string): XmlError {
  const before = source.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  return new XmlError('syntax', `${line}:${column}: ${message}`, position);
}
