import { createHash } from 'node:crypto';
import { readAsset } from './read-asset.ts';

/** What pages load, all of it from this very host: its media types by name. */
const PAGE_ASSETS = {
  'style.css': 'text/css',
  'pages.js': 'text/javascript',
  'docs.js': 'text/javascript',
  'icon.svg': 'image/svg+xml',
  /** The icon while somebody is down. */
  'alarm.svg': 'image/svg+xml',
} as const;

export type PageAssetName = keyof typeof PAGE_ASSETS;

export interface PageAsset {
  readonly type: string;
  readonly text: string;
  /** Whether this is the very text that the address was made for. */
  readonly exact: boolean;
}

const addresses = new Map<PageAssetName, string>();

/** Where an asset is: `/assets/style.0123456789.css`. Another text has another address, so that it may be kept for ever. */
export function addressOf(name: PageAssetName): string {
  const known = addresses.get(name);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(readAsset(name)).digest('hex').slice(0, 10);
  const address = `/assets/${name.replace('.', `.${hash}.`)}`;
  addresses.set(name, address);
  return address;
}

/** The asset at an address's last segment, or undefined when there is none of that name. */
export function assetAt(segment: string): PageAsset | undefined {
  const name = segment.replace(/\.[0-9a-f]{10}\./, '.');
  if (!isPageAsset(name) || name === segment) return undefined;
  return { type: PAGE_ASSETS[name], text: readAsset(name), exact: addressOf(name) === `/assets/${segment}` };
}

function isPageAsset(name: string): name is PageAssetName {
  return Object.hasOwn(PAGE_ASSETS, name);
}
