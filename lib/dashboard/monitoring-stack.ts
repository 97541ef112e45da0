import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { StageDashboard, type StageDashboardProps } from './stage-dashboard.ts';

export interface MonitoringStackProps extends StackProps, StageDashboardProps {}

/** The stack that shows the others. A change to it touches nothing that serves. The alarms lie beside what they watch. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    // A picture must not hold up a change to what it shows; see docs/adr/0009.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    new StageDashboard(this, 'Dashboard', props);
  }
}
