import { beforeAll, describe, expect, it } from 'vitest';
import { synthesise, type Templates } from '../../support/synth.ts';
import { distributionOf } from '../requirements/cdn.ts';
import { STAGES_WITH_CDN } from '../requirements/expected.ts';
import { ofType, propertiesOf, textOf } from '../requirements/templates.ts';

const DOMAIN = { name: 'rollcall.example.com', hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' };

describe('with a domain, in the stage poc', () => {
  let templates: Templates;
  let poc: Templates;
  beforeAll(async () => {
    poc = await synthesise();
    templates = await synthesise({ domain: DOMAIN });
  });

  it('the API is served by HTTPS with the post-quantum policy, and HTTP is sent there', () => {
    const { api } = templates;
    const listeners = ofType(api, 'AWS::ElasticLoadBalancingV2::Listener').map(([, { Properties }]) => Properties);
    expect(listeners).toMatchObject([
      {
        Port: 80,
        DefaultActions: [
          { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
        ],
      },
      {
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        Certificates: [expect.anything()],
      },
    ]);
    const [rule] = ofType(api, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    expect(textOf(rule?.[1].Properties?.ListenerArn ?? null)).toContain('LoadBalancerHttps');
    expect(templates.api.Outputs?.Url?.Value).toBe('https://rollcall.example.com');
  });

  it('the listener on port 80 is the one that was there without a domain, so that it can be changed in place', () => {
    const onPort80 = ({ api }: Templates) =>
      ofType(api, 'AWS::ElasticLoadBalancingV2::Listener').filter(([, { Properties }]) => Properties?.Port === 80);
    expect(onPort80(templates).map(([id]) => id)).toEqual(onPort80(poc).map(([id]) => id));
  });

  it('the certificate is proven by DNS, and the name leads to the load balancer', () => {
    expect(propertiesOf(templates.api, 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: DOMAIN.name,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ HostedZoneId: DOMAIN.hostedZoneId }],
    });
    expect(propertiesOf(templates.api, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: 'rollcall.example.com.',
      Type: 'A',
      HostedZoneId: DOMAIN.hostedZoneId,
      AliasTarget: { DNSName: expect.anything() },
    });
  });

  it('port 443 is open as well as port 80', () => {
    const entries = ofType(templates.network, 'AWS::EC2::NetworkAclEntry').filter(([id]) =>
      id.startsWith('PublicAclIn'),
    );
    expect(entries.map(([, { Properties }]) => Properties?.PortRange)).toEqual([
      { From: 80, To: 80 },
      { From: 443, To: 443 },
    ]);
    expect(propertiesOf(templates.api, 'AWS::EC2::SecurityGroup', 'LoadBalancer').SecurityGroupIngress).toMatchObject([
      { FromPort: 80 },
      { FromPort: 443 },
    ]);
  });
});

describe.each(STAGES_WITH_CDN)('with a domain, in the stage %s', (stage) => {
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({ domain: DOMAIN }, stage);
  });

  it('CloudFront answers under the name, by TLS 1.2 or later, with a certificate of its own region', () => {
    const { Aliases, ViewerCertificate } = distributionOf(templates);
    expect(Aliases).toEqual([DOMAIN.name]);
    const [certificate] = ofType(templates.edge, 'AWS::CertificateManager::Certificate');
    expect(ViewerCertificate).toEqual({
      AcmCertificateArn: { Ref: certificate?.[0] },
      MinimumProtocolVersion: 'TLSv1.2_2025',
      SslSupportMethod: 'sni-only',
    });
    expect(certificate?.[1].Properties).toMatchObject({ DomainName: DOMAIN.name, ValidationMethod: 'DNS' });
    expect(templates.edge.Outputs?.Url?.Value).toBe('https://rollcall.example.com');
  });

  it('the name leads to CloudFront, by IPv4 and by IPv6, and to nothing else', () => {
    const records = ofType(templates.edge, 'AWS::Route53::RecordSet').map(([, { Properties }]) => Properties);
    expect(records.map((record) => record?.Type).toSorted()).toEqual(['A', 'AAAA']);
    for (const record of records) {
      expect(record).toMatchObject({
        Name: 'rollcall.example.com.',
        HostedZoneId: DOMAIN.hostedZoneId,
        AliasTarget: { DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^CdnDistribution/), 'DomainName'] } },
      });
    }
    expect(ofType(templates.api, 'AWS::Route53::RecordSet')).toEqual([]);
  });
});

describe('with a domain, the load balancer of the stage prod', () => {
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({ domain: DOMAIN }, 'prod');
  });

  it('takes HTTPS only, with a certificate for the name that CloudFront asks for', () => {
    const listeners = ofType(templates.api, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listeners.map(([, { Properties }]) => Properties)).toMatchObject([{ Port: 443, Protocol: 'HTTPS' }]);
    expect(propertiesOf(templates.api, 'AWS::CertificateManager::Certificate').DomainName).toBe(DOMAIN.name);
    expect(distributionOf(templates).Origins).toMatchObject([{ DomainName: DOMAIN.name }]);
    expect(propertiesOf(templates.edge, 'AWS::CloudFront::VpcOrigin').VpcOriginEndpointConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
    });
  });

  it('is another origin than without one: an origin that is in use cannot be changed', async () => {
    const originOf = ({ edge }: Templates) => ofType(edge, 'AWS::CloudFront::VpcOrigin').map(([id]) => id);
    expect(originOf(templates)).not.toEqual(originOf(await synthesise({}, 'prod')));
  });

  it('is in another security group than without one: the addresses of CloudFront fill a group', async () => {
    const groupOf = ({ api }: Templates) =>
      ofType(api, 'AWS::EC2::SecurityGroup').flatMap(([id]) => (id.startsWith('LoadBalancer') ? [id] : []));
    expect(groupOf(templates)).toHaveLength(1);
    expect(groupOf(templates)).not.toEqual(groupOf(await synthesise({}, 'prod')));
    expect(propertiesOf(templates.api, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({ FromPort: 443, ToPort: 443 });
  });
});
