import type { HttpRequest } from '../http/request.ts';

/** The programs that look at each link that somebody posts, by what they call themselves. */
const PREVIEWERS =
  /bot\b|slackbot|slack-imgproxy|facebookexternalhit|whatsapp|telegrambot|discordbot|skypeuripreview|microsoft.?preview|linkedin|twitterbot|mastodon|embedly|preview|google-pagerenderer|googleother|bingpreview|outlook.?safelinks/i;

/**
 * Whether a request is one that nobody has made: the preview of a link in a chat, or a page that a browser fetches in case
 * somebody goes there (`Sec-Purpose: prefetch`, Fetch Standard; `Purpose` and `X-Moz` before that).
 */
export function isPreview({ method, headers }: Pick<HttpRequest, 'method' | 'headers'>): boolean {
  if (method === 'POST') return false;
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers.get(name) ?? '');
  if (purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose))) return true;
  return PREVIEWERS.test(headers.get('user-agent') ?? '');
}
