import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** What the function logs of a request: see `requestLog` of lambda/app.ts. Lambda puts it into `message`. */
const REQUESTS = 'message.message = "request"';
const FAILURES = 'message.message = "request failed"';

/** The questions of somebody who is on call, and what asks the log for the answer (CloudWatch Logs Insights). */
export const QUESTIONS = {
  'Which requests failed?': `fields @timestamp, message.requestId, message.method, message.route, message.status, message.durationMs
| filter ${REQUESTS} and message.status >= 500
| sort @timestamp desc
| limit 100`,
  'Why did they fail?': `fields @timestamp, message.requestId, message.failure, message.error.name, message.error.message, message.error.cause.message
| filter ${FAILURES}
| sort @timestamp desc
| limit 100`,
  'Which failures are new?': `filter ${FAILURES}
| stats count(*) as failures, min(@timestamp) as first, max(@timestamp) as latest by message.error.name, message.error.message
| sort first desc`,
  'How many requests are there, and how are they answered?': `filter ${REQUESTS}
| stats count(*) as requests by message.method, message.route, message.status, bin(5m)`,
  'How slow are the answers?': `filter ${REQUESTS}
| stats count(*) as requests, pct(message.durationMs, 50) as p50, pct(message.durationMs, 90) as p90, pct(message.durationMs, 99) as p99 by message.method, message.route
| sort p99 desc`,
  'Which were the slowest requests?': `fields @timestamp, message.requestId, message.traceId, message.method, message.route, message.durationMs, message.coldStart
| filter ${REQUESTS}
| sort message.durationMs desc
| limit 50`,
  'How many starts are cold, and how slow are they?': `filter ${REQUESTS} and message.coldStart = 1
| stats count(*) as starts, avg(message.durationMs) as average, max(message.durationMs) as slowest by bin(15m)`,
  'What consumes the units of the tables?': `filter ${REQUESTS}
| stats sum(message.readUnits) as reads, sum(message.writeUnits) as writes by message.method, message.route, bin(5m)`,
  'Who sends the most requests?': `filter ${REQUESTS}
| stats count(*) as requests by message.client
| sort requests desc
| limit 20`,
  'What became of one request?': `fields @timestamp, message.message, message.method, message.route, message.status, message.error.message, message.error.stack
| filter message.requestId = "REQUEST-ID"
| sort @timestamp asc`,
} as const;

export interface LogQueriesProps {
  readonly fn: LambdaFunction;
  /** What the names of the queries begin with. */
  readonly prefix: string;
}

/** The questions as queries that are saved in CloudWatch, in a folder of the stage. They cost nothing until they are asked. */
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
