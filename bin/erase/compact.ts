import { ClassicLevel } from 'classic-level';
import { filesOf } from '../../local/dynamo/embedded.ts';

/**
 * Has the embedded store write its files anew, without what was deleted: LevelDB leaves that in them until it happens to
 * do so. Nobody may have the files open.
 */
export async function compactStore(folder: string): Promise<void> {
  const db = new ClassicLevel(filesOf(folder));
  await db.open();
  await db.compactRange('', '\uFFFF');
  await db.close();
}
