import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** The filters for what the function logs of a request: see `requestLog` of lambda/api/app.ts. */
const REQUESTS = 'message = "request"';
const FAILURES = 'message = "request failed"';

/** The questions of somebody who is on call, and what asks the log for the answer (CloudWatch Logs Insights). */
export const QUESTIONS = {
  'Which requests failed?': `fields @timestamp, requestId, method, route, status, durationMs
| filter ${REQUESTS} and status >= 500
| sort @timestamp desc
| limit 100`,
  'Why did they fail?': `fields @timestamp, requestId, failure, error.name, error.message, error.cause.message
| filter ${FAILURES}
| sort @timestamp desc
| limit 100`,
  'Which failures are new?': `filter ${FAILURES}
| stats count(*) as failures, min(@timestamp) as first, max(@timestamp) as latest by error.name, error.message
| sort first desc`,
  'How many requests are there, and how are they answered?': `filter ${REQUESTS}
| stats count(*) as requests by method, route, status, bin(5m)`,
  'How slow are the answers?': `filter ${REQUESTS}
| stats count(*) as requests, pct(durationMs, 50) as p50, pct(durationMs, 90) as p90, pct(durationMs, 99) as p99 by method, route
| sort p99 desc`,
  'Which were the slowest requests?': `fields @timestamp, requestId, traceId, method, route, durationMs, coldStart
| filter ${REQUESTS}
| sort durationMs desc
| limit 50`,
  'How many starts are cold, and how slow are they?': `filter ${REQUESTS} and coldStart = 1
| stats count(*) as starts, avg(initMs) as loading, max(initMs) as slowestLoading, avg(durationMs) as answering by version, bin(15m)`,
  'What consumes the units of the tables?': `filter ${REQUESTS}
| stats sum(readUnits) as reads, sum(writeUnits) as writes by method, route, bin(5m)`,
  'Who sends the most requests?': `filter ${REQUESTS}
| stats count(*) as requests by client
| sort requests desc
| limit 20`,
  'What became of one request?': `fields @timestamp, message, method, route, status, error.message, error.stack, type, record.status, record.errorType
| filter requestId = "REQUEST-ID" or record.requestId = "REQUEST-ID"
| sort @timestamp asc`,
} as const;

export interface LogQueriesProps {
  readonly fn: LambdaFunction;
  /** The beginning of the names of the queries. */
  readonly prefix: string;
}

/**
 * The questions as queries that are saved in CloudWatch, in a folder of the stage. They cost nothing until they are
 * asked.
 */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, { fn, prefix }: LogQueriesProps) {
    super(scope, id);
    for (const [index, [question, text]] of Object.entries(QUESTIONS).entries()) {
      new CfnQueryDefinition(this, `Question${index + 1}`, {
        name: `${prefix}/${question.replace(/\?$/, '')}`,
        queryString: text,
        logGroupNames: [fn.logGroup.logGroupName],
      });
    }
  }
}
