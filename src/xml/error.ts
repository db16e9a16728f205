/** Why a document was refused; `position` is a character offset. */
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
