import { createMemoryStore } from '../../src/store/memory.ts';
import { storeContract } from './contract.ts';

storeContract('memory', async () => {
  const store = createMemoryStore();
  return { store, reopen: null, dispose: () => store.close() };
});
