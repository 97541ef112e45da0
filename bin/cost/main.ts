/**
 * `npm run cost -- --posts 1e6 --gets 1e5 --sources 100 --stage prod`: what a month of a stage costs, by service: of what is deployed,
 * and of what one request and one tick of the watch take. Needs no account.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../lib/config/read-stage.ts';
import { messageOf } from '../../local/error-message.ts';
import { answerHelp, UsageError } from '../../local/usage.ts';
import { createStageApp } from '../shared/stage-app.ts';
import { measure } from './measure.ts';
import { measureWatch } from './measure-watch.ts';
import { monthOf } from './model.ts';
import { parseCostOptions, USAGE } from './options.ts';
import { readShape } from './shape.ts';
import { describeCost } from './table.ts';
import { describeTelling } from './telling.ts';

answerHelp(USAGE);
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
try {
  const { stage, traffic, told } = parseCostOptions(process.argv.slice(2));
  const { config, bundle, app } = await createStageApp(stage, folder);
  const shape = readShape(app.synth().stacks.map(({ template }) => template));
  if (shape.watch === undefined && traffic.sources > 0) {
    throw new UsageError(`--sources is ${traffic.sources}, and the stage ${stage} has no watch: it must be 0`);
  }
  const measured = await measure(bundle, config);
  const tick = shape.watch && (await measureWatch(config, traffic.sources));
  console.log(describeCost({ config, traffic, shape, measured, month: monthOf(shape, measured, traffic), tick }));
  if (told.mails + told.webhooks > 0) console.log(describeTelling(told));
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}.\n${USAGE}`);
  else if (error instanceof ConfigError) console.error(messageOf(error));
  else throw error;
  process.exitCode = error instanceof UsageError ? 2 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
