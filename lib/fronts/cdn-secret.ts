import { CfnOutput, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/api/env.ts';
import { CDN_SECRET_HEADER } from '../../lambda/core/cdn-secret.ts';

export interface CdnSecretProps {
  /** The number of the secret that CloudFront sends. The function accepts it and the one before, so raising it by one loses no request. */
  readonly generation: number;
  /** The region in which the distribution's template is deployed: CloudFormation reads secrets of its own region only. */
  readonly edgeRegion: string;
}

/**
 * The secret of CloudFront and the function: a request that has it came through CloudFront. The templates hold
 * references, which CloudFormation resolves; see docs/adr/0010.
 */
export class CdnSecret extends Construct {
  private readonly accepted: readonly Secret[];
  private readonly output: CfnOutput;

  constructor(scope: Construct, id: string, { generation, edgeRegion }: CdnSecretProps) {
    super(scope, id);
    const generations = [generation, generation - 1].filter((number) => number > 0);
    const isElsewhere = edgeRegion !== Stack.of(this).region;
    this.accepted = generations.map((number) => this.generate(number, isElsewhere ? edgeRegion : undefined));
    const [current] = this.accepted;
    if (current === undefined) throw new RangeError(`There is no generation ${generation} of a secret.`);
    // The ARN of a replica is that of its original but for the region (Secrets Manager user guide, "Replicate").
    const name = Fn.select(6, Fn.split(':', current.secretArn));
    const arn = Stack.of(this).formatArn({ service: 'secretsmanager', region: edgeRegion, resource: `secret:${name}` });
    this.output = new CfnOutput(this, `Edge${generation}`, { value: arn });
  }

  /** Has a function accept this generation, and the one before. */
  bindTo(fn: LambdaFunction): void {
    fn.addEnvironment(ENV.originSecrets, this.accepted.map(({ secretArn }) => referenceTo(secretArn)).join(','));
  }

  /** The headers by which CloudFront shows that it is it, for a template in the region of the edge. */
  headersAtEdge(): Record<string, string> {
    const { stackName, region } = Stack.of(this);
    const arn = Fn.getStackOutput(stackName, Stack.of(this).resolve(this.output.logicalId), region);
    return { [CDN_SECRET_HEADER]: referenceTo(arn) };
  }

  private generate(generation: number, replicaRegion: string | undefined): Secret {
    const secret = new Secret(this, `Generation${generation}`, {
      description: 'What CloudFront shows to the function',
      // Letters and digits: it is a header, and stands in a list with commas. 64 of 62 are 381 bits.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
      ...(replicaRegion && { replicaRegions: [{ region: replicaRegion }] }),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It is changed by raising originSecretGeneration: function and CloudFront must change in that order.',
    });
    return secret;
  }
}

/** A reference that CloudFormation resolves when it sets the property, and only then. */
function referenceTo(secretArn: string): string {
  return `{{resolve:secretsmanager:${secretArn}:SecretString:::}}`;
}
