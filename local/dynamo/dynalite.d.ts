declare module 'dynalite/db/index.js' {
  /** The key of an item within its table, as it stands in LevelDB. */
  export function createKey(item: object, table: object): string;
  /** The key of an item within an index, by the schema of the index's keys. */
  export function createIndexKey(item: object, table: object, keySchema: readonly object[]): string;

  interface Store {
    readonly db: import('./unfailing.ts').StoreFilesOfDynalite;
  }
  /** What the other functions are taken from, also by dynalite itself. */
  const exports: { create(options: object): Store };
  export default exports;
}

declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** See the package's readme. Closing the server closes its store. */
  export default function dynalite(options: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
