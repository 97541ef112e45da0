import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { OidcProviderNative } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DeliveryConfig } from '../config/delivery-config.ts';
import { GITHUB_ISSUER, GithubDeployRole } from './github-deploy-role.ts';

export interface DeliveryStackProps extends StackProps {
  readonly config: DeliveryConfig;
  /** Where the stage has stacks. */
  readonly regions: readonly string[];
}

/**
 * The rights of GitHub to deploy a stage: the identity provider of the account, and a role. It is no part of the stage,
 * so that a deployment cannot change who may deploy: somebody with rights of their own deploys it from a laptop.
 */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);
    const { stage, subject, qualifier, oidcProvider } = props.config;
    const { role } = new GithubDeployRole(this, 'Deploy', {
      provider: oidcProvider === 'create' ? this.createProvider() : this.importProvider(),
      subject,
      environment: stage,
      qualifier,
      regions: props.regions,
    });
    new CfnOutput(this, 'RoleArn', {
      value: role.roleArn,
      description: `AWS_ROLE_ARN of the GitHub environment ${stage}`,
    });
  }

  /**
   * An account has at most one. It stays when this stack goes: other stages, and other projects, may have taken it up.
   */
  private createProvider() {
    const provider = new OidcProviderNative(this, 'Provider', {
      url: `https://${GITHUB_ISSUER}`,
      clientIds: ['sts.amazonaws.com'],
    });
    provider.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return provider;
  }

  private importProvider() {
    const arn = this.formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: GITHUB_ISSUER });
    return OidcProviderNative.fromOidcProviderArn(this, 'Provider', arn);
  }
}
