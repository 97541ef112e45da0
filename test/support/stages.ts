import cdkJson from '../../cdk.json' with { type: 'json' };

/** A stage of cdk.json. What tests know of stages is a total map of this, so that a new stage cannot be forgotten. */
export type StageName = keyof typeof cdkJson.context.stages;

function isStage(name: string): name is StageName {
  return Object.hasOwn(cdkJson.context.stages, name);
}

/** The stages of cdk.json, in its order. */
export const STAGE_NAMES: readonly StageName[] = Object.keys(cdkJson.context.stages).filter(isStage);
