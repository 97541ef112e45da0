import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogFile, readLogFile } from './log-file.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type Entry, readTableFile } from './table-file.ts';
import { readWriteBatch } from './write-batch.ts';

/** A fault of a file, in words. */
export interface Damage {
  readonly file: string;
  /** What is wrong, and what that costs as far as it can be told. */
  readonly problem: string;
}

/** What a folder of LevelDB's files holds, read without LevelDB, which would drop what is damaged and say nothing. */
export interface StoreFiles {
  readonly damage: readonly Damage[];
  /** Every write that can be read, in no order. */
  readonly entries: () => Generator<Entry>;
}

/** Reads the files of a store that nobody has open. A folder without any is sound. */
export function readStoreFiles(folder: string): StoreFiles {
  const files = readdirSync(folder);
  const numbers = (ending: RegExp) => files.filter((file) => ending.test(file));
  const [tables, logs] = [numbers(/^\d+\.(ldb|sst)$/), numbers(/^\d+\.log$/)];
  const damage: Damage[] = [];
  const manifest = findManifest(folder, files, damage);
  if (manifest === undefined && damage.length === 0) return { damage, entries: function* () {} };

  // Others are left over from before; LevelDB removes them.
  const liveLogs = logs.filter((file) => manifest === undefined || numberOf(file) >= manifest.logNumber);
  const liveTables = tables.filter(
    (file) => manifest === undefined || manifest.tables.some(({ number }) => number === numberOf(file)),
  );
  for (const { number, bytes } of manifest?.tables ?? []) {
    const file = liveTables.find((name) => numberOf(name) === number);
    if (file === undefined) damage.push({ file: nameOf(number, 'ldb'), problem: 'is missing' });
    else checkTable(folder, file, bytes, damage);
  }
  if (manifest && manifest.logNumber > 0 && !liveLogs.some((file) => numberOf(file) === manifest.logNumber)) {
    damage.push({ file: nameOf(manifest.logNumber, 'log'), problem: 'is missing, with the newest writes' });
  }
  for (const file of liveLogs) damage.push(...checkLog(file, readLogFile(readFileSync(join(folder, file)))));
  return { damage, entries: () => readEntries(folder, liveTables, liveLogs) };
}

function findManifest(folder: string, files: readonly string[], damage: Damage[]): Manifest | undefined {
  const isEmpty = !files.some((file) => /^MANIFEST-\d+$|\.(ldb|sst|log)$/.test(file));
  const current = join(folder, 'CURRENT');
  if (!existsSync(current)) {
    if (!isEmpty) damage.push({ file: 'CURRENT', problem: 'is missing: nothing says which of the other files count' });
    return undefined;
  }
  const name = readFileSync(current, 'utf8').trimEnd();
  if (!/^MANIFEST-\d+$/.test(name) || !files.includes(name)) {
    damage.push({ file: 'CURRENT', problem: 'names no manifest that is there' });
    return undefined;
  }
  const { records, damage: stretches } = readLogFile(readFileSync(join(folder, name)));
  try {
    if (stretches.length > 0 || records.length === 0) throw new RangeError('It is damaged.');
    return readManifest(records.map(({ payload }) => payload));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    damage.push({ file: name, problem: 'is damaged: nothing says which of the other files count' });
    return undefined;
  }
}

function checkTable(folder: string, file: string, bytes: number, damage: Damage[]): void {
  const content = readFileSync(join(folder, file));
  if (content.length < bytes) damage.push({ file, problem: `has ${content.length} bytes of ${bytes}` });
  for (const { from, to } of readTableFile(content).damage) {
    damage.push({ file, problem: `is damaged from byte ${from} to ${to}: how many writes stood there cannot be told` });
  }
}

/** How many writes are lost, by the numbers of those before and after. */
function checkLog(file: string, { records, damage }: LogFile): Damage[] {
  return damage.map(({ from, to }) => {
    const before = records.findLast(({ at }) => at < from);
    const after = records.find(({ at }) => at >= to);
    const where = `is damaged from byte ${from} to ${to}`;
    if (before === undefined || after === undefined) {
      return { file, problem: `${where}: at least one write stood there, and how many cannot be told` };
    }
    const { sequence, count } = readWriteBatch(before.payload);
    const lost = readWriteBatch(after.payload).sequence - sequence - BigInt(count);
    return { file, problem: `${where}: ${lost} ${lost === 1n ? 'write' : 'writes'} stood there` };
  });
}

function* readEntries(folder: string, tables: readonly string[], logs: readonly string[]): Generator<Entry> {
  for (const file of tables) {
    for (const entries of readTableFile(readFileSync(join(folder, file))).blocks()) yield* entries;
  }
  for (const file of logs) {
    for (const { payload } of readLogFile(readFileSync(join(folder, file))).records) {
      yield* readWriteBatch(payload).entries;
    }
  }
}

function numberOf(file: string): number {
  return Number.parseInt(file, 10);
}

function nameOf(number: number, ending: string): string {
  return `${String(number).padStart(6, '0')}.${ending}`;
}
