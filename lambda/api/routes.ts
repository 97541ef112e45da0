import { deleteChannel } from './channels/delete.ts';
import { getChannel } from './channels/get.ts';
import { listChannels } from './channels/list.ts';
import { putChannel } from './channels/put.ts';
import { testChannel } from './channels/test.ts';
import type { Route } from './http/router.ts';
import { showMetrics } from './monitoring/metrics.ts';
import { showSourceBadge } from './monitoring/source-badge.ts';
import { showTagBadge } from './monitoring/tag-badge.ts';
import { acknowledgeOutage } from './outages/acknowledge.ts';
import { getOutage } from './outages/get.ts';
import { listOutages } from './outages/list.ts';
import { noteOutage } from './outages/note.ts';
import { forgetPerson } from './people/forget.ts';
import { forgetPersonByForm } from './people/forget-by-form.ts';
import { greetPerson } from './people/greet.ts';
import { meetPerson } from './people/meet.ts';
import { rememberBirthday } from './people/remember.ts';
import { rememberBirthdayByForm } from './people/remember-by-form.ts';
import { pingSignalWithKey, postPingSignalWithKey } from './ping/key-signal.ts';
import { ping, postPing } from './ping/ping.ts';
import { pingSignal, postPingSignal } from './ping/signal.ts';
import { reportLastContact } from './reports/last-contact.ts';
import { reportSummary } from './reports/summary.ts';
import { showSeries } from './series/series.ts';
import { checkHealth } from './service/check-health.ts';
import { checkReady } from './service/check-ready.ts';
import { showContract } from './service/show-contract.ts';
import { showSignIn } from './session/show-sign-in.ts';
import { signIn } from './session/sign-in.ts';
import { signOut } from './session/sign-out.ts';
import { showAsset } from './site/show-asset.ts';
import { showDocs } from './site/show-docs.ts';
import { showWelcome } from './site/show-welcome.ts';
import { expectSource } from './sources/expect.ts';
import { expectSourceByForm } from './sources/expect-by-form.ts';
import { getSource } from './sources/get.ts';
import { listSources } from './sources/list.ts';
import { pauseSource } from './sources/pause.ts';
import { resumeSource } from './sources/resume.ts';
import { showWatch } from './sources/show-watch.ts';
import { unexpectSource } from './sources/unexpect.ts';
import { unexpectSourceByForm } from './sources/unexpect-by-form.ts';
import { getTimestamp } from './timestamps/get.ts';
import { listTimestamps } from './timestamps/list.ts';
import { recordTimestamp } from './timestamps/record.ts';

/** Every endpoint, once. Whatever needs to know the routes derives them from this table. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/', endpoint: showWelcome },
  { method: 'POST', path: '/app', endpoint: recordTimestamp },
  { method: 'GET', path: '/app', endpoint: listTimestamps },
  { method: 'GET', path: '/app/{id}', endpoint: getTimestamp },
  { method: 'GET', path: '/ping/{source}', endpoint: ping },
  { method: 'POST', path: '/ping/{source}', endpoint: postPing },
  { method: 'GET', path: '/ping/{source}/{signal}', endpoint: pingSignal },
  { method: 'POST', path: '/ping/{source}/{signal}', endpoint: postPingSignal },
  { method: 'GET', path: '/ping/{key}/{source}/{signal}', endpoint: pingSignalWithKey },
  { method: 'POST', path: '/ping/{key}/{source}/{signal}', endpoint: postPingSignalWithKey },
  { method: 'GET', path: '/sources', endpoint: listSources },
  { method: 'GET', path: '/sources/{source}', endpoint: getSource },
  { method: 'PUT', path: '/sources/{source}', endpoint: expectSource },
  { method: 'POST', path: '/sources/{source}', endpoint: expectSourceByForm },
  { method: 'DELETE', path: '/sources/{source}', endpoint: unexpectSource },
  { method: 'GET', path: '/sources/{source}/series', endpoint: showSeries },
  { method: 'GET', path: '/sources/{source}/badge.svg', endpoint: showSourceBadge },
  { method: 'GET', path: '/tags/{tag}/badge.svg', endpoint: showTagBadge },
  { method: 'GET', path: '/metrics', endpoint: showMetrics },
  { method: 'POST', path: '/sources/{source}/unexpect', endpoint: unexpectSourceByForm },
  { method: 'POST', path: '/sources/{source}/pause', endpoint: pauseSource },
  { method: 'POST', path: '/sources/{source}/resume', endpoint: resumeSource },
  { method: 'GET', path: '/watch', endpoint: showWatch },
  { method: 'GET', path: '/outages', endpoint: listOutages },
  { method: 'GET', path: '/outages/{id}', endpoint: getOutage },
  { method: 'POST', path: '/outages/{id}/notes', endpoint: noteOutage },
  { method: 'POST', path: '/outages/{id}/acknowledge', endpoint: acknowledgeOutage },
  { method: 'GET', path: '/channels', endpoint: listChannels },
  { method: 'GET', path: '/channels/{channel}', endpoint: getChannel },
  { method: 'PUT', path: '/channels/{channel}', endpoint: putChannel },
  { method: 'DELETE', path: '/channels/{channel}', endpoint: deleteChannel },
  { method: 'POST', path: '/channels/{channel}/test', endpoint: testChannel },
  { method: 'GET', path: '/reports/last-contact', endpoint: reportLastContact },
  { method: 'GET', path: '/reports/summary', endpoint: reportSummary },
  { method: 'GET', path: '/hello', endpoint: meetPerson },
  { method: 'POST', path: '/hello', endpoint: rememberBirthdayByForm },
  { method: 'PUT', path: '/hello/{username}', endpoint: rememberBirthday },
  { method: 'GET', path: '/hello/{username}', endpoint: greetPerson },
  { method: 'DELETE', path: '/hello/{username}', endpoint: forgetPerson },
  { method: 'POST', path: '/hello/{username}/erase', endpoint: forgetPersonByForm },
  { method: 'GET', path: '/sign-in', endpoint: showSignIn },
  { method: 'POST', path: '/sign-in', endpoint: signIn },
  { method: 'POST', path: '/sign-out', endpoint: signOut },
  { method: 'GET', path: '/docs', endpoint: showDocs },
  { method: 'GET', path: '/assets/{name}', endpoint: showAsset },
  { method: 'GET', path: '/health', endpoint: checkHealth },
  { method: 'GET', path: '/ready', endpoint: checkReady },
  { method: 'GET', path: '/openapi.json', endpoint: showContract },
];
