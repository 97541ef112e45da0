import * as v from 'valibot';

/** The logical id of the function that answers: `Function` in the construct `Api`. Other functions serve deployments. */
export const API_FUNCTION = /^ApiFunction/;
/** That of the watch. */
export const WATCH_FUNCTION = /^WatchFunction/;

/** A template, as CloudFormation takes it. */
const Template = v.object({
  Resources: v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(v.unknown()) })),
});
const LambdaFunction = v.object({
  Code: v.object({ S3Key: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}\.zip$/)) }),
});

/** The resources of all templates, by their logical ids. */
export function resourcesOf(templates: readonly unknown[]) {
  return templates.flatMap((template) => Object.entries(v.parse(Template, template).Resources));
}

/**
 * The asset with the code of the function that answers: its name is a hash of what is in it.
 *
 * @param templates those of all stacks of a stage
 */
export function bundleOf(templates: readonly unknown[]): string {
  const functions = resourcesOf(templates).filter(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && API_FUNCTION.test(id),
  );
  const [fn] = functions;
  if (fn === undefined || functions.length > 1) {
    throw new Error(`The templates have ${functions.length} functions that answer; there must be one.`);
  }
  const [, { Properties }] = fn;
  return `asset.${v.parse(LambdaFunction, Properties).Code.S3Key.replace(/\.zip$/, '')}`;
}
