/** The store cannot be opened; the message is for the operator and says what to do. */
export class StoreRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreRefusal';
  }
}
