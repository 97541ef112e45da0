import {
  Annotations,
  CfnOutput,
  CrossStackReferences,
  Duration,
  ReferenceStrength,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CACHED_PATHS } from '../../lambda/core/cdn-policy.ts';
import type { StageConfig } from '../config/read-stage.ts';
import { certify } from '../fronts/domain.ts';
import type { OriginFactory } from '../fronts/front.ts';
import { Cdn } from './cdn.ts';
import { CdnAccessLogs } from './cdn-access-logs.ts';
import { CdnAlias } from './cdn-alias.ts';
import { EdgeAlarms } from './edge-alarms.ts';
import { WebAcl } from './web-acl.ts';

export interface EdgeStackProps extends StackProps {
  readonly config: StageConfig & { readonly cdn: NonNullable<StageConfig['cdn']> };
  /** The front of the api stack. */
  readonly origin: OriginFactory;
}

/** The stack that the world sees: CloudFront, its certificate and its firewall. */
export class EdgeStack extends Stack {
  readonly cdn: Cdn;
  /** @default - there is no firewall */
  readonly acl: WebAcl | undefined;
  /** The names of the alarms that notify. */
  readonly alarms: readonly string[] = [];

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { config, origin } = props;
    const { access, cdn, waf, domain, logRetentionDays: logRetention } = config;
    // Another region knows no exports. What the api stack no longer has, it can let go of; see docs/adr/0009.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);

    const dns = domain && { ...domain, ...certify(this, domain) };
    const acl = waf && new WebAcl(this, 'WebAcl', { ...waf, logRetention });
    this.cdn = new Cdn(this, 'Cdn', {
      origin: origin(this),
      cachedPaths: CACHED_PATHS,
      withCredentials: access !== 'open',
      cacheFor: Duration.seconds(cdn.pageCacheSeconds),
      domain: dns,
      webAclArn: acl?.arn,
    });
    const { distribution } = this.cdn;
    this.acl = acl;
    if (config.alarms) this.alarms = new EdgeAlarms(this, 'Alarms', { config, cdn: this.cdn, acl }).names;
    const retention = Duration.days(config.accessLogRetentionDays);
    const withAddresses = config.clientIp === 'full';
    new CdnAccessLogs(this, 'AccessLogs', { distribution, retention, withAddresses });
    if (dns) new CdnAlias(this, 'Alias', { ...dns, distribution });
    else
      Annotations.of(this).addWarningV2(
        'rollcall:any-tls',
        "No domain is configured: under CloudFront's own name, TLS 1.0 and 1.1 are accepted, too.",
      );
    new CfnOutput(this, 'Url', {
      value: `https://${domain?.name ?? distribution.distributionDomainName}`,
      description: 'Where the API is reached',
    });
  }
}
