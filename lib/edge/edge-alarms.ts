import { Construct } from 'constructs';
import { AlarmTopic } from '../alarms/alarm-topic.ts';
import { addAvailabilityAlarms } from '../alarms/availability-alarms.ts';
import type { StageConfig } from '../config/read-stage.ts';
import type { Cdn } from './cdn.ts';
import { addCdnAlarms, addFirewallAlarms, failedAtCdn } from './cdn-alarms.ts';
import type { WebAcl } from './web-acl.ts';

export interface EdgeAlarmsProps {
  readonly config: StageConfig;
  readonly cdn: Cdn;
  /** @default - there is no firewall */
  readonly acl?: WebAcl | undefined;
}

/** The alarms of CloudFront and its firewall. An alarm lies in the region of its metrics, and notifies a topic there. */
export class EdgeAlarms extends Construct {
  /** The names of those that notify. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, { config, cdn, acl }: EdgeAlarmsProps) {
    super(scope, id);
    const { alarms } = new AlarmTopic(this, 'Told', { emails: config.alarmEmails });
    addCdnAlarms(alarms, cdn);
    addAvailabilityAlarms(alarms, config.availabilityObjective, failedAtCdn(cdn));
    if (acl) addFirewallAlarms(alarms, acl);
    this.names = alarms.names;
  }
}
