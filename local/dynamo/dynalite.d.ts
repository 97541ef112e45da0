declare module 'dynalite/db/index.js' {
  /** The key of an item within its table, as it stands in LevelDB. */
  export function createKey(item: object, table: object): string;
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
