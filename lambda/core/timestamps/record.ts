/** What Rollcall records: something happened at an instant, and who said so. */
export interface TimestampRecord {
  /** UUIDv7; see timestamp-id.ts. */
  readonly id: string;
  /** The instant of the id, RFC 3339 in UTC with microseconds. */
  readonly timestamp: string;
  /** Who or what recorded it, in the caller's words: 1 to 64 of `A-Za-z0-9._-`. */
  readonly source?: string;
  /** Free text of the caller: at most 1,024 bytes of UTF-8. */
  readonly note?: string;
  /** The address that the nearest trusted proxy saw. */
  readonly clientIp: string;
  /** `http` or `https`: how the client reached that proxy. */
  readonly protocol: string;
  /** The request that recorded it, as it stands in the logs. */
  readonly requestId: string;
}

/** Which records a page is about. Bounds in ids and microseconds; all of them hold at once. */
export interface PageQuery {
  /** The most records that the page may have. */
  readonly limit: number;
  /** Only records older than this id. */
  readonly before?: string | undefined;
  /** Only records newer than this id; the page then starts at the old end, next to it. */
  readonly after?: string | undefined;
  /** Only records at or after this instant. */
  readonly from?: number | undefined;
  /** Only records before this instant. */
  readonly to?: number | undefined;
  /** Only records of this source. */
  readonly source?: string | undefined;
}

/** A page of records, newest first. */
export interface Page {
  readonly records: readonly TimestampRecord[];
  /** Whether there are more records beyond the page, in the direction of the query. */
  readonly more: boolean;
}
