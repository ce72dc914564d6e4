// Pages follow the feed: when it rests, the page is fetched again and what differs is put in,
// never where somebody is working, and never instead of what they have before them.
import { say } from './say.js';

const REST = 700;
const LONGEST_WAIT = 4000;
const GONE = 'This conflict was settled meanwhile. What you wrote stays here until you leave it.';
const served = new WeakMap(); // entries of lists, as the server gave them
let news = [];
let timer = 0;
let since = 0;

for (const entry of document.querySelectorAll('[data-fresh-list] > *')) served.set(entry, entry.innerHTML);

export function later() {
  since ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.min(REST, Math.max(0, since + LONGEST_WAIT - Date.now())));
}

// Work of which no event tells is asked after as long as the page says that it goes on.
setInterval(() => {
  if (document.querySelector('[data-running]') && document.visibilityState === 'visible') later();
}, 3000);

// What others leave unread comes without an event.
setInterval(() => {
  if (document.querySelector('[data-elsewhere]') && document.visibilityState === 'visible') later();
}, 30000);

const here = () => document.querySelector('[data-here]')?.dataset.here;

// The page as it would be now, for whoever has this record before them.
async function asItIs() {
  const own = document.querySelector('[data-address]')?.dataset.address ?? location.href;
  const address = new URL(own, location.href);
  if (here()) address.searchParams.set('here', here());
  const answer = await fetch(address, { headers: { accept: 'text/html' } });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

async function refresh() {
  since = 0;
  const stale = document.querySelector('[data-stale]');
  const reading = here();
  try {
    const fresh = await asItIs();
    if (here() !== reading) return later(); // they went on meanwhile
    news = [];
    const kept = [...document.querySelectorAll('[data-fresh]')].filter((old) => !swap(old, fresh));
    kept.push(...[...document.querySelectorAll('[data-fresh-list]')].filter((old) => !follow(old, fresh)));
    if (news.length) say(news.join(' '));
    stale?.toggleAttribute('hidden', kept.length === 0);
    // Whoever works in a section keeps it as it is; it follows when they leave it.
    if (kept.length) document.addEventListener('focusout', later, { once: true });
  } catch {
    stale?.removeAttribute('hidden');
  }
}

// Puts a section's new content in its place; false where somebody is working in it.
function swap(old, fresh) {
  const next = fresh.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
  if (!next || !old.isConnected || 'trouble' in next.dataset || 'here' in old.dataset) return true;
  const open = [...old.querySelectorAll('details')].map((one) => one.open);
  next.querySelectorAll('details').forEach((one, n) => { one.open = open[n] ?? one.open; });
  if (next.innerHTML === old.innerHTML) return true;
  const heading = document.activeElement?.matches('[data-title]');
  if (old.contains(document.activeElement) && !heading) return false;
  put(old, next);
  if (next.dataset.here) old.dataset.here = next.dataset.here;
  if (heading) old.querySelector('[data-title]')?.focus({ preventScroll: true });
  const told = old.querySelector(':scope > [data-tell]');
  if (told) news.push(told.textContent);
  return true;
}

function put(old, next) {
  for (const field of old.querySelectorAll('input:checked')) {
    const twin = next.querySelector(`[name="${field.name}"][value="${CSS.escape(field.value)}"]`);
    if (twin) twin.checked = true;
  }
  old.replaceChildren(...next.childNodes);
  old.classList.remove('anew');
  requestAnimationFrame(() => old.classList.add('anew'));
}

// A list of entries with forms: each stays as long as somebody works in it.
function follow(list, fresh) {
  const next = fresh.querySelector('[data-fresh-list]');
  if (!next || 'trouble' in next.dataset) return true;
  const there = new Map([...next.children].map((one) => [one.dataset.key, one]));
  const here = new Map([...list.children].map((one) => [one.dataset.key, one]));
  const gone = [...here.values()].filter((one) => !there.has(one.dataset.key));
  gone.forEach((one) => (isWorkedIn(one) ? mark(one) : one.remove()));
  let waiting = 0;
  for (const [key, one] of there) {
    const html = one.innerHTML;
    const old = here.get(key);
    if (!old) {
      served.set(one, html);
      list.append(one);
    } else if (served.get(old) !== html) {
      if (isWorkedIn(old)) waiting += 1;
      else put(old, one);
      if (!isWorkedIn(old)) served.set(old, html);
    }
  }
  const came = [...there.keys()].filter((key) => key && !here.has(key)).length;
  const left = gone.filter((one) => one.dataset.key && !one.isConnected).length;
  if (came) news.push(`New conflicts: ${came}.`);
  if (left) news.push(`Settled: ${left}.`);
  return waiting === 0;
}

function mark(entry) {
  if (entry.querySelector('[data-gone]')) return;
  const line = document.createElement('p');
  line.className = 'notice';
  line.dataset.gone = '';
  line.textContent = GONE;
  entry.prepend(line);
}

function isWorkedIn(entry) {
  return entry.contains(document.activeElement) || 'kept' in entry.dataset || isWrittenIn(entry);
}

function isWrittenIn(entry) {
  return [...entry.querySelectorAll('input, textarea, option')].some((field) => {
    if (field.localName === 'option') return field.selected !== (field.defaultSelected || isFirst(field));
    return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  });
}

// The first option stands where the server chose none.
function isFirst(option) {
  const options = [...option.parentElement.options];
  return options[0] === option && !options.some((one) => one.defaultSelected);
}
