/** What pages do beyond what they do without JavaScript. Text of people becomes text nodes, never markup. */

/** How often the list looks for what is new, and how often ages are told anew. */
const LIVE_MS = 5_000;
const AGES_MS = 20_000;
/** How often the header looks how many are down, and at most how often while it cannot. */
const DOWN_MS = 30_000;
const RARELY_MS = 60_000;
/** While the roll is live. */
const ROLL_MS = 4_000;
/** A download is put together in memory: this many pages of 1,000 at most. */
const MOST_PAGES = 100;

/** As in lambda/api/site/times.ts. */
const UNITS = /** @type {const} */ ([
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]);
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** @param {string} text an RFC 3339 time */
function ageOf(text) {
  const seconds = Math.round((Date.parse(text) - Date.now()) / 1000);
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS[5];
  return relative.format(Math.trunc(seconds / length), unit);
}

/** @param {Date} date */
function localTime(date) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Tells times in the reader's time zone, and ages as of now. @param {ParentNode} root */
function tellTimes(root) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  for (const zone of root.querySelectorAll('.zone')) zone.textContent = timeZone;
  for (const time of root.querySelectorAll('time')) {
    if ('ago' in time.dataset) time.title = localTime(new Date(time.dateTime));
    else time.textContent = localTime(new Date(time.dateTime));
  }
  tellAges(root);
}

/** @param {ParentNode} root */
function tellAges(root) {
  for (const age of root.querySelectorAll('[data-ago]')) {
    const own = age instanceof HTMLTimeElement ? age.dateTime : age.getAttribute('data-ago');
    const time = own || age.closest('tr')?.querySelector('time')?.dateTime;
    if (time) age.textContent = ageOf(time);
  }
}

let named = 0;

/** @param {ParentNode} root */
function addCopyButtons(root) {
  for (const code of root.querySelectorAll('.code')) {
    const pre = code.querySelector('pre');
    if (!pre) continue;
    pre.id ||= `code-${++named}`;
    const button = element('button', { type: 'button', class: 'copy', 'aria-describedby': pre.id }, 'Copy');
    button.addEventListener('click', async () => {
      button.textContent = (await copy(pre.textContent ?? '')) ? 'Copied' : 'Failed';
      setTimeout(() => {
        button.textContent = 'Copy';
      }, 2_000);
    });
    code.append(button);
  }
}

/** @param {string} text */
async function copy(text) {
  try {
    // Only pages that came by HTTPS, or from this machine, are given the clipboard.
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not allowed; perhaps the old way is.
  }
  const area = /** @type {HTMLTextAreaElement} */ (element('textarea', { class: 'hidden', readonly: '' }, text));
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** @param {Response} response */
async function faultOf(response) {
  const problem = await response.json().catch(() => ({}));
  return problem.detail ?? `The server answered ${response.status}.`;
}

/** Records without leaving the page. @param {HTMLFormElement} form */
function recordInPlace(form) {
  const button = form.querySelector('button');
  const answer = form.querySelector('[role=status]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!button || !answer || button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    try {
      const fields = new FormData(form);
      const body = new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]));
      const response = await fetch(form.action, { method: 'POST', headers: { accept: 'application/json' }, body });
      if (!response.ok) throw new Error(await faultOf(response));
      answer.replaceChildren(...recordedNodes(await response.json()));
      answer.classList.remove('failed');
    } catch (error) {
      const offline = error instanceof TypeError;
      answer.textContent = offline
        ? 'The server cannot be reached. Nothing was recorded.'
        : String(Object(error).message);
      answer.classList.add('failed');
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
}

/** @param {{id: string, timestamp: string, source?: string, note?: string}} record */
function recordedNodes({ id, timestamp, source, note }) {
  const [day, clock] = localTime(new Date(timestamp)).split(' ');
  const fraction = timestamp.slice(19, -1);
  const title = `${timestamp.slice(0, -1).replace('T', ' ')} UTC`;
  const time = element('time', { datetime: timestamp, title }, `${clock}${fraction}`);
  const what = [day, source].filter(Boolean).join(' · ');
  return [
    element('span', {}, 'Recorded'),
    element('a', { href: `/app/${id}`, class: 'instant' }, time),
    element('small', {}, what, ...(note ? [' · ', element('bdi', {}, visible(note))] : [])),
  ];
}

/** As in lambda/api/http/visible-text.ts, though it writes out joiners, too. @param {string} text */
function visible(text) {
  const invisible = /[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu;
  return text.replaceAll(invisible, (char) => `\\u{${char.codePointAt(0)?.toString(16).toUpperCase()}}`);
}

/** The filter speaks local time here; without JavaScript it speaks UTC. @param {HTMLFormElement} form */
function filterInLocalTime(form) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('[type=datetime-local]'));
  for (const field of fields) {
    if (field.value) field.value = localTime(new Date(`${field.value}Z`)).replace(' ', 'T');
  }
  form.addEventListener('formdata', ({ formData }) => {
    for (const field of fields) {
      if (field.value) formData.set(field.name, new Date(field.value).toISOString().replace('.000', ''));
    }
    for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
  });
}

/** Refreshes the list while the switch is on, and marks what came since. @param {HTMLInputElement} toggle */
function refreshWhileOn(toggle) {
  const status = document.querySelector('.news');
  const known = new Set();
  let timer = 0;
  const hrefs = () => [...document.querySelectorAll('#list tbody a')].map((link) => link.getAttribute('href') ?? '');
  const say = (/** @type {string} */ text) => {
    if (status && status.textContent !== text) status.textContent = text;
  };

  async function look() {
    if (document.hidden) return;
    try {
      if (await isThereMore(hrefs()[0])) {
        show(await fetchPage());
        mark();
      } else if (status?.classList.contains('failed')) mark();
    } catch {
      status?.classList.add('failed');
      say('The server cannot be reached; trying again.');
    }
  }

  function mark() {
    status?.classList.remove('failed');
    const fresh = hrefs().filter((href) => !known.has(href));
    for (const href of fresh) {
      const row = document.querySelector(`#list tbody a[href="${CSS.escape(href)}"]`)?.closest('tr');
      if (!row || row.classList.contains('fresh')) continue;
      row.classList.add('fresh');
      row.cells[0]?.append(element('span', { class: 'badge' }, 'New'));
    }
    say(fresh.length === 0 ? 'Live: nothing new yet.' : `Live: ${fresh.length} new.`);
  }

  const wait = () => {
    timer = setTimeout(async () => {
      await look();
      if (toggle.checked) wait();
    }, LIVE_MS);
  };
  const turn = () => {
    clearTimeout(timer);
    if (!toggle.checked) return say('');
    known.clear();
    for (const href of hrefs()) known.add(href);
    mark();
    wait();
  };
  toggle.addEventListener('change', turn);
  const label = toggle.closest('label');
  if (label) label.hidden = false;
  // Browsers keep the switch on when a page is loaded again.
  if (toggle.checked) turn();
}

/** Asks for one record, which costs less than the page. @param {string | undefined} newest its address */
async function isThereMore(newest) {
  const address = new URL('/app?format=json&limit=1', location.href);
  // Of the page's own address only what the API knows: links that were passed on may have more.
  const shown = new URL(location.href).searchParams;
  for (const name of ['source', 'from', 'to']) {
    const value = shown.get(name);
    if (value) address.searchParams.set(name, value);
  }
  if (newest) address.searchParams.set('after', newest.slice('/app/'.length));
  const response = await fetch(address);
  if (!response.ok) throw new Error(await faultOf(response));
  return (await response.json()).items.length > 0;
}

/** This page as it would be now; it is parsed as a document, in which no script runs. @returns {Promise<Document>} */
function fetchPage() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', location.href);
    request.setRequestHeader('accept', 'text/html');
    request.responseType = 'document';
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new Error('no page')));
    request.onerror = () => reject(new Error('no answer'));
    request.send();
  });
}

/**
 * @param {Document} page
 * @param {string} [part]
 */
function show(page, part = '#list') {
  const [before, after] = [document.querySelector(part), page.querySelector(part)];
  if (!before || !after) return;
  const focused = before.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : undefined;
  tellTimes(after);
  addCopyButtons(after);
  before.replaceWith(document.adoptNode(after));
  if (focused) /** @type {HTMLElement | null} */ (after.querySelector(`a[href="${CSS.escape(focused)}"]`))?.focus();
}

/** Downloads all that match, where a link alone gives the newest 1,000. @param {HTMLAnchorElement} link */
function downloadAll(link) {
  const status = link.parentElement?.querySelector('[role=status]');
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    if (!status) return;
    /** @type {string[]} */
    const parts = [];
    /** @type {string | undefined} */
    let address = link.href;
    try {
      while (address && parts.length < MOST_PAGES) {
        status.textContent = `Reading page ${parts.length + 1} ...`;
        const response = await fetch(address);
        if (!response.ok) throw new Error(await faultOf(response));
        const text = await response.text();
        // Each page of CSV names its columns.
        const isCsv = link.download.endsWith('.csv');
        parts.push(isCsv && parts.length > 0 ? text.slice(text.indexOf('\n') + 1) : text);
        address = /<(.*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      }
      save(new Blob(parts, { type: 'text/plain' }), link.download);
      status.textContent = address ? `Stopped after ${MOST_PAGES} pages: choose a shorter span for the rest.` : 'Done.';
    } catch (error) {
      status.textContent = `The download failed: ${Object(error).message}`;
    }
  });
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  const href = URL.createObjectURL(blob);
  element('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/**
 * Says in the header, in the title and by the icon how many are down, and looks again and again: while the page is out of
 * sight, too, since then the icon is all that can be seen.
 *
 * @param {HTMLAnchorElement} alarm
 */
function watchRoll(alarm) {
  const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel=icon]'));
  const { calm = '', down: alarmed = '' } = alarm.dataset;
  const live = /** @type {HTMLInputElement | null} */ (document.querySelector('[data-roll]'));
  let failures = 0;

  /** @param {string} answer */
  function tell(answer) {
    const watch = JSON.parse(answer);
    // A watch that has not looked for five minutes does not watch.
    const known = watch !== null && Date.parse(watch.at) > Date.now() - 300_000;
    const down = known ? (watch.counts.down ?? 0) : 0;
    alarm.textContent = known ? `${down} down` : 'Not watched';
    alarm.className = `alarm${down > 0 ? ' down' : ''}`;
    document.title = `${down > 0 ? `(${down} down) ` : ''}${document.title.replace(/^\(\d+ down\) /, '')}`;
    if (icon && icon.getAttribute('href') !== (down > 0 ? alarmed : calm)) icon.href = down > 0 ? alarmed : calm;
  }

  async function look() {
    try {
      const response = await fetch('/watch', { headers: { accept: 'application/json' } });
      // Not for this visitor, or nobody watches here.
      if ([401, 403, 404].includes(response.status)) return;
      if (!response.ok) throw new Error(await faultOf(response));
      const answer = await response.text();
      tell(answer);
      failures = 0;
      document.dispatchEvent(new CustomEvent('rollcall:looked', { detail: answer }));
    } catch {
      failures += 1;
      alarm.textContent = 'Offline';
      document.dispatchEvent(new CustomEvent('rollcall:looked'));
    }
    wait();
  }

  function wait() {
    const usual = live?.checked ? ROLL_MS : DOWN_MS;
    setTimeout(look, Math.min(Math.max(usual, RARELY_MS), usual * 2 ** failures));
  }
  if (alarm.classList.contains('unknown')) look().catch(() => {});
  else wait();
}

/** Shows the roll as it is whenever the watch has found something, and says what has changed. @param {HTMLInputElement} toggle */
function showRollWhileOn(toggle) {
  const news = document.querySelector('.news');
  const label = toggle.closest('label');
  if (label) label.hidden = false;
  /** @type {string | undefined} */
  let seen;
  // The list of the store may be a moment behind the report of the watch: it is shown twice.
  let due = 0;

  const standings = () => {
    const rows = /** @type {NodeListOf<HTMLTableRowElement>} */ (document.querySelectorAll('#list tbody tr'));
    return new Map([...rows].map((row) => [row.querySelector('a')?.textContent ?? '', row.className]));
  };

  async function refresh() {
    const before = standings();
    const page = await fetchPage();
    for (const { id } of document.querySelectorAll('[data-part]')) show(page, `#${id}`);
    const changed = [...standings()].filter(
      ([source, standing]) => (before.get(source) ?? 'up') !== standing && before.size > 0,
    );
    for (const [source] of changed) {
      document
        .querySelector(`#list a[href="/sources/${CSS.escape(source)}"]`)
        ?.closest('tr')
        ?.classList.add('fresh');
    }
    if (!news || changed.length === 0) return;
    const told = changed.slice(0, 4).map(([source, standing]) => `${source} is ${standing}`);
    news.textContent = `${told.join(', ')}${changed.length > 4 ? `, and ${changed.length - 4} more` : ''}.`;
  }

  document.addEventListener('rollcall:looked', async (event) => {
    if (!toggle.checked) return;
    const answer = /** @type {CustomEvent<string | undefined>} */ (event).detail;
    news?.classList.toggle('failed', !answer);
    if (!answer) {
      if (news) news.textContent = 'The server cannot be reached; trying again.';
      return;
    }
    if (news?.textContent?.startsWith('The server')) news.textContent = '';
    if (answer !== seen) due = 2;
    seen = answer;
    if (due-- > 0) await refresh().catch(() => {});
  });
}

/** Says who is signed in on a page that is the same for everybody. @param {Element} corner */
async function tellWho(corner) {
  const response = await fetch('/sign-in', { headers: { accept: 'application/json' } });
  const { name } = response.ok ? await response.json() : { name: null };
  if (typeof name !== 'string') return false;
  const attributes = { class: 'who', method: 'post', action: '/sign-out' };
  corner.replaceWith(element('form', attributes, element('span', {}, name), element('button', {}, 'Sign out')));
  return true;
}

tellTimes(document);
const alarm = /** @type {HTMLAnchorElement | null} */ (document.querySelector('[data-down]'));
const corner = document.querySelector('[data-who]');
for (const toggle of document.querySelectorAll('[data-roll]')) {
  showRollWhileOn(/** @type {HTMLInputElement} */ (toggle));
}
setInterval(() => tellAges(document), AGES_MS);
addCopyButtons(document);
// What the script of the API page adds.
document.addEventListener('rollcall:added', ({ target }) => {
  if (target instanceof Element) addCopyButtons(target);
});
for (const form of document.forms) {
  if ('record' in form.dataset) recordInPlace(form);
  if ('filter' in form.dataset) filterInLocalTime(form);
}
for (const toggle of document.querySelectorAll('[data-live]')) {
  refreshWhileOn(/** @type {HTMLInputElement} */ (toggle));
}
for (const extent of document.querySelectorAll('.extent')) extent.textContent = 'all that match';
for (const link of document.querySelectorAll('[data-download]')) {
  downloadAll(/** @type {HTMLAnchorElement} */ (link));
}
// Whom nobody knows is told nothing.
const isKnown = corner ? await tellWho(corner).catch(() => false) : true;
if (isKnown && alarm) watchRoll(alarm);
