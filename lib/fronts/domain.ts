import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';

/** The name under which the API is reached by HTTPS. */
export interface Domain {
  readonly name: string;
  readonly hostedZoneId: string;
  readonly hostedZoneName: string;
}

/** The zone of the domain, and a certificate for its name, proven by a record in that zone. */
export function certify(
  scope: Construct,
  { name, hostedZoneId, hostedZoneName: zoneName }: Domain,
): { readonly zone: IHostedZone; readonly certificate: Certificate } {
  const zone = HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName });
  const validation = CertificateValidation.fromDns(zone);
  return { zone, certificate: new Certificate(scope, 'Certificate', { domainName: name, validation }) };
}
