import { Aws, Duration } from 'aws-cdk-lib';
import { type IOidcProvider, OpenIdConnectPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** The issuer of GitHub's tokens, without its scheme: conditions of a trust policy are named after it. */
export const GITHUB_ISSUER = 'token.actions.githubusercontent.com';
/** For whom a token must have been made: what AWS's own action asks GitHub for. */
const AUDIENCE = 'sts.amazonaws.com';

/**
 * The roles that the CDK deploys with: changes of stacks, uploads of templates and bundles, and reading what is there.
 */
const BOOTSTRAP_ROLES = ['deploy-role', 'file-publishing-role', 'lookup-role'];

/** A deployment with a CDN and a canary can take more than the usual hour. */
const SESSION = Duration.hours(2);

export interface GithubDeployRoleProps {
  readonly provider: IOidcProvider;
  /** The beginning of the subject of the repository's tokens. */
  readonly subject: string;
  /** The GitHub environment whose jobs may take the role. */
  readonly environment: string;
  /** Of the CDK bootstrap whose roles may be taken in turn. */
  readonly qualifier: string;
  /** The regions of that bootstrap. */
  readonly regions: readonly string[];
}

/**
 * The role that a job of one GitHub environment of one repository may take in this account. GitHub gives the name of an
 * environment only to jobs that the environment's rules let through: its reviewers, and the branches and tags it allows.
 */
export class GithubDeployRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: GithubDeployRoleProps) {
    super(scope, id);
    const { provider, subject, environment, qualifier, regions } = props;
    this.role = new Role(this, 'Role', {
      description: `Deploys from the GitHub environment ${environment}`,
      maxSessionDuration: SESSION,
      assumedBy: new OpenIdConnectPrincipal(provider, {
        StringEquals: {
          [`${GITHUB_ISSUER}:aud`]: AUDIENCE,
          [`${GITHUB_ISSUER}:sub`]: `${subject}:environment:${environment}`,
        },
      }),
    });
    const arn = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/cdk-${qualifier}`;
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: regions.flatMap((region) =>
          BOOTSTRAP_ROLES.map((name) => `${arn}-${name}-${Aws.ACCOUNT_ID}-${region}`),
        ),
      }),
    );
  }
}
