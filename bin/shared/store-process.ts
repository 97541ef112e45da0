/**
 * A process that has the embedded store of a folder open, until the one that started it lets go of it: so a command that
 * reads or writes much has a core of its own, and does not hold what the store holds.
 */
import { StoreInUseError, startEmbeddedDynamo } from '../../local/dynamo/embedded.ts';
import { messageOf } from '../../local/error-message.ts';
import type { StoreAnswer } from './store-folder.ts';

// A terminal tells all processes of a command; the other one decides.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const tell = (answer: StoreAnswer) => process.send?.(answer);
try {
  const { endpoint, close } = await startEmbeddedDynamo(process.argv[2]);
  process.on('disconnect', () => void close());
  tell({ endpoint });
} catch (error) {
  tell(error instanceof StoreInUseError ? { endpoint: error.endpoint, isShared: true } : { problem: messageOf(error) });
  process.disconnect();
}
