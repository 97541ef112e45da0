import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';

/**
 * Has the embedded store write its files anew, without what was deleted: LevelDB leaves that in them until it happens to
 * do so. Nobody may have the files open.
 */
export async function compactStore(folder: string): Promise<void> {
  const db = new ClassicLevel(join(folder, 'dynamodb'));
  await db.open();
  await db.compactRange('', '\uFFFF');
  await db.close();
}
