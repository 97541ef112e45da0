import { Duration, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  CREDENTIAL_KEY_COOKIES,
  CREDENTIAL_KEY_HEADERS,
  CREDENTIAL_MAX_SECONDS,
  FORWARDED_HEADERS,
  PAGE_KEY_HEADERS,
  SIGN_IN_KEY_COOKIES,
  SIGN_IN_KEY_HEADERS,
  SIGN_IN_PATH,
  UNKEPT_ERRORS,
} from '../../lambda/core/cdn-policy.ts';
import { EDGE_REGION } from './edge-region.ts';
import { ViewerHost } from './viewer-host.ts';

export interface CdnProps {
  readonly origin: cloudfront.IOrigin;
  /** The paths of the routes that are the same for everybody, and may be kept at the edge. */
  readonly cachedPaths: readonly string[];
  readonly cacheFor: Duration;
  /** Whether what is not cached may ask who somebody is. */
  readonly withCredentials: boolean;
  /** @default - CloudFront's own name */
  readonly domain?: { readonly name: string; readonly certificate: ICertificate } | undefined;
  /** @default - no firewall */
  readonly webAclArn?: string | undefined;
}

/** CloudFront: HTTPS for viewers, HTTP/2 and 3, IPv4 and IPv6; nothing is cached but the paths that say so. */
export class Cdn extends Construct {
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, props: CdnProps) {
    super(scope, id);
    const { origin, cachedPaths, withCredentials, domain, webAclArn } = props;
    const cachePolicy = withCredentials
      ? this.passCredentials('Credentials', CREDENTIAL_KEY_HEADERS, CREDENTIAL_KEY_COOKIES)
      : cloudfront.CachePolicy.CACHING_DISABLED;
    const { edgeFunction } = new ViewerHost(this, 'ViewerHost');
    const functionAssociations = [{ function: edgeFunction, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST }];
    const common = {
      origin,
      originRequestPolicy: this.forward(),
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      compress: true,
    };
    const cached = { ...common, cachePolicy: this.cache(props), functionAssociations };
    const signIn = withCredentials && {
      ...common,
      cachePolicy: this.passCredentials('SignIn', SIGN_IN_KEY_HEADERS, SIGN_IN_KEY_COOKIES),
      functionAssociations,
    };
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Rollcall',
      // CloudFront compresses only what it may cache: the answers of the API go as the function sends them.
      defaultBehavior: { ...common, cachePolicy },
      additionalBehaviors: {
        ...Object.fromEntries(cachedPaths.map((path) => [path.replaceAll(/\{[^}]+\}/g, '*'), cached])),
        ...(signIn && { [SIGN_IN_PATH]: signIn }),
      },
      errorResponses: UNKEPT_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      ...(domain && {
        domainNames: [domain.name],
        certificate: domain.certificate,
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2025,
      }),
      ...(webAclArn && { webAclId: webAclArn }),
    });
    this.acknowledge(props);
  }

  /** A metric of the distribution. */
  metric(metricName: string, options: MetricOptions): Metric {
    const dimensionsMap = { DistributionId: this.distribution.distributionId, Region: 'Global' };
    return new Metric({ namespace: 'AWS/CloudFront', metricName, dimensionsMap, region: EDGE_REGION, ...options });
  }

  /**
   * What goes to the origin. No cookies and no Authorization here: they go where somebody may be asked who they are, in the
   * key of a cache that keeps nothing (see passCredentials). No Host: the origin knows itself by its own name.
   */
  private forward(): cloudfront.OriginRequestPolicy {
    return new cloudfront.OriginRequestPolicy(this, 'Forwarded', {
      headerBehavior: cloudfront.OriginRequestHeaderBehavior.allowList(...FORWARDED_HEADERS),
      cookieBehavior: cloudfront.OriginRequestCookieBehavior.none(),
      queryStringBehavior: cloudfront.OriginRequestQueryStringBehavior.all(),
    });
  }

  /**
   * Sends Authorization, and the cookie of a session, to the origin: CloudFront does so only where it is in the key of a cache, and that wants a TTL above
   * 0 for Authorization (aws-cdk issues 13441 and 16977). What the function says is not to be kept, is not, as the lowest TTL is 0; should
   * an answer forget to, it differs by all that is in the key, and is gone after a second.
   */
  private passCredentials(id: string, headers: string[], cookies: string[]): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, id, {
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(CREDENTIAL_MAX_SECONDS),
      headerBehavior: cloudfront.CacheHeaderBehavior.allowList(...headers),
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
      cookieBehavior: cloudfront.CacheCookieBehavior.allowList(...cookies),
    });
  }

  /** Pages say no-store, which is right for browsers; at the edge, the lowest TTL counts more. */
  private cache({ cacheFor }: CdnProps): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, 'Pages', {
      minTtl: cacheFor,
      defaultTtl: cacheFor,
      maxTtl: cacheFor,
      // What the pages differ by. These headers are sent to the origin, too.
      headerBehavior: cloudfront.CacheHeaderBehavior.allowList(...PAGE_KEY_HEADERS),
      // They take no parameters: what links and monitors add makes no other page, and no other entry.
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.none(),
      cookieBehavior: cloudfront.CacheCookieBehavior.none(),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  }

  private acknowledge({ domain, webAclArn }: CdnProps): void {
    const validations = Validations.of(this.distribution);
    validations.acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'The API is for everybody, wherever they are.' },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Its access logs are of the second version, which is a delivery beside the distribution.',
      },
    );
    if (domain === undefined) {
      validations.acknowledge({
        id: 'AwsSolutions-CFR4',
        reason: 'Under its own name, CloudFront chooses what it accepts; with a domain it is TLSv1.2_2025.',
      });
    }
    if (webAclArn === undefined) {
      validations.acknowledge({
        id: 'AwsSolutions-CFR2',
        reason: 'A stage without a firewall is one that costs nothing when idle; the HTTP API limits the requests.',
      });
    }
  }
}
