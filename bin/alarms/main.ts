/**
 * `npm run alarms -- --app FOLDER --since TIME --minutes N`: watches the alarms of the stage that was deployed from the
 * folder, and ends with 1 as soon as one goes off.
 */
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { EnvironmentPlaceholders } from 'aws-cdk-lib/cx-api';
import { messageOf } from '../../local/error-message.ts';
import { dropBlankVariables } from '../../local/forget-aws.ts';
import { readArguments } from '../../local/usage.ts';
import { explainAwsFailure } from '../shared/aws-failure.ts';
import { type Place, placesOf } from '../shared/cdk.ts';
import { clientConfig, findAccount } from '../shared/preflight.ts';
import { type RaisedAlarm, watchAlarms } from './alarm-watch.ts';

const USAGE = 'Usage: npm run alarms -- --app FOLDER [--since TIME] [--minutes N] [--profile NAME]';

/** Reads the alarms of a stage in one region: those whose names begin like the names of its stacks. */
function alarmsOf(place: Place, account: string, profile: string | undefined) {
  const { region, prefix, lookupRole } = place;
  const connection = { region, profile };
  // With the right to read that the bootstrap has: whoever deploys may have no other.
  const RoleArn = EnvironmentPlaceholders.replace(lookupRole, { region, accountId: account, partition: 'aws' });
  const credentials = fromTemporaryCredentials({
    params: { RoleArn, RoleSessionName: 'rollcall-alarms' },
    clientConfig: clientConfig(connection),
  });
  const client = new CloudWatchClient({ ...clientConfig(connection), credentials });
  const asked = { AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
  return async () => {
    const alarms: (RaisedAlarm & { readonly isRaised: boolean })[] = [];
    try {
      for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms({ client }, asked)) {
        for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
          const { AlarmName: name = '', AlarmDescription: description = '', StateValue: state } = alarm;
          const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date();
          alarms.push({ name, description, since, isRaised: state === 'ALARM' });
        }
      }
    } catch (error) {
      throw explainAwsFailure(error, 'cloudwatch:DescribeAlarms', connection);
    }
    return alarms;
  };
}

dropBlankVariables();
const { values } = readArguments(USAGE, {
  options: {
    app: { type: 'string' },
    since: { type: 'string', default: new Date().toISOString() },
    minutes: { type: 'string', default: '0' },
    profile: { type: 'string' },
  },
});
try {
  if (values.app === undefined) throw new Error('--app is missing.');
  const since = new Date(values.since);
  const minutes = Number(values.minutes);
  if (Number.isNaN(since.getTime())) throw new Error(`--since is ${values.since}; it must be a time of RFC 3339.`);
  if (!(minutes >= 0)) throw new Error(`--minutes is ${values.minutes}; it must be a number of at least 0.`);
  const places = placesOf(values.app);
  const account = await findAccount({ region: places[0]?.region ?? '', profile: values.profile });
  const readers = places.map((place) => alarmsOf(place, account, values.profile));
  const readAll = async () => (await Promise.all(readers.map((read) => read()))).flat();
  const { length } = await readAll();
  console.log(
    length === 0 ? 'There are no alarms: nothing is watched.' : `Watching ${length} alarms for ${minutes} min.`,
  );
  const read = async () => (await readAll()).filter(({ isRaised }) => isRaised);
  const raised = length === 0 ? [] : await watchAlarms({ read, since, minutes });
  for (const { name, description } of raised) console.log(`ALARM ${name}: ${description}`);
  if (raised.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(`${messageOf(error)}\n${USAGE}`);
  process.exitCode = 2;
}
