import * as v from 'valibot';

/** CloudWatch adds so much to each event (CloudWatch Logs API reference, PutLogEvents), and counts it. */
const EVENT_OVERHEAD = 26;

/** A line of the log, as CloudWatch gets it. */
export type Line = string;

/** The lines that the function writes while some work is done. */
export async function linesOf(work: () => Promise<unknown>): Promise<Line[]> {
  const lines: Line[] = [];
  const write = process.stdout.write;
  process.stdout.write = (chunk: string | Uint8Array) => {
    lines.push(chunk.toString().trimEnd());
    return true;
  };
  try {
    await work();
    return lines;
  } finally {
    process.stdout.write = write;
  }
}

const UUID = '79b4f56e-95b1-4643-9700-2807f4e68189';
const TIME = '2026-11-20T22:15:06.172Z';

/**
 * The lines that Lambda itself logs of an invocation that succeeds, in JSON at the system level INFO (developer guide,
 * "Log-level filtering", and the schemas of the Telemetry API). At WARN it logs neither.
 */
export const PLATFORM_LINES: readonly Line[] = [
  { time: TIME, type: 'platform.start', record: { requestId: UUID, version: '$LATEST' } },
  {
    time: TIME,
    type: 'platform.report',
    record: {
      requestId: UUID,
      status: 'success',
      metrics: { durationMs: 11.23, billedDurationMs: 12, memorySizeMB: 256, maxMemoryUsedMB: 104 },
    },
  },
].map((line) => JSON.stringify(line));

/** Typical values of the variables of an HTTP API's access log (developer guide, "Logging variables"). */
const TYPICAL: Readonly<Record<string, string>> = {
  requestId: 'JKJaXmPLvHcESHA=',
  httpMethod: 'POST',
  routeKey: 'ANY /app',
  status: '201',
  responseLatency: '19',
  integrationErrorMessage: '-',
};

/** A line of the access log with this format. A variable that is not known counts as its own name. */
export function accessLine(format: string): Line {
  return format.replaceAll(/\$context\.(\w+)/g, (variable, name) => TYPICAL[name] ?? variable);
}

/** The size that CloudWatch charges for, in bytes. */
export function bytesOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + EVENT_OVERHEAD, 0);
}

const Emf = v.object({
  _aws: v.object({
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string() })),
      }),
    ),
  }),
});

/** The custom metrics that CloudWatch makes of lines in the embedded metric format: each set of dimensions is one. */
export function metricsOf(lines: readonly Line[]): string[] {
  return lines.flatMap((line) => {
    const values = JSON.parse(line);
    const parsed = v.safeParse(Emf, values);
    if (!parsed.success) return [];
    return parsed.output._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.flatMap(({ Name }) =>
        Dimensions.map((names) => JSON.stringify([Namespace, Name, names.map((name) => [name, values[name]])])),
      ),
    );
  });
}
