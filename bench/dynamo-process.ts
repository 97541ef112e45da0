/** A process that runs the embedded DynamoDB in memory, and tells its parent the endpoint. */
import { startEmbeddedDynamo } from '../local/dynamo/embedded.ts';

const { endpoint } = await startEmbeddedDynamo();
process.on('disconnect', () => process.exit());
process.send?.(endpoint);
