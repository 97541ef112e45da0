import { CfnInternetGateway, CfnVPCGatewayAttachment, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * An internet gateway to which no route leads. CloudFront connects to load balancers inside of a VPC only if the VPC has
 * one, as a sign that it takes requests from outside; no packet goes through it (CloudFront developer guide, "Restrict
 * access with VPC origins").
 */
export class UnroutedGateway extends Construct {
  constructor(scope: Construct, id: string, { vpcId }: Pick<IVpc, 'vpcId'>) {
    super(scope, id);
    const { attrInternetGatewayId: internetGatewayId } = new CfnInternetGateway(this, 'Gateway');
    new CfnVPCGatewayAttachment(this, 'Attachment', { vpcId, internetGatewayId });
  }
}
