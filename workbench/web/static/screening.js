// Screening by keys, without loading the page anew. Every form works without this file.
import { onKeys } from './keys.js';
import { SIGNED_OUT } from './keep.js';
import { say } from './say.js';

const bench = document.querySelector('[data-bench]');
const find = (selector) => bench.querySelector(selector);

const HELD_FOR = 4 * 60 * 1000; // a record is held for ten minutes; renewed while somebody works
let held = Date.now();

// What the stopping rule said stays until the page follows the feed: nobody waits for it.
function show(html) {
  const rule = find('[data-fresh=stopping]');
  bench.innerHTML = html;
  const next = find('[data-fresh=stopping]');
  if (rule && next && !next.childElementCount) next.replaceWith(rule);
  held = Date.now();
  const title = find('[data-title]');
  title?.focus();
  say(`${find('[data-said]')?.textContent ?? ''} ${find('[role=alert]')?.textContent ?? title?.textContent ?? ''}`);
}

async function send(url, options) {
  try {
    const answer = await fetch(url, { ...options, headers: { 'X-Fragment': '1' } });
    if (answer.status === 401) complain(SIGNED_OUT);
    else if (answer.headers.get('content-type')?.startsWith('text/html')) show(await answer.text());
    else complain((await answer.json()).detail);
  } catch {
    complain('Not saved: the workbench does not answer. Your choice is kept; press again.');
  }
}

function complain(words) {
  const form = find('[data-decide]');
  say(words);
  if (!form) return;
  let line = form.querySelector('.error');
  if (!line) {
    line = document.createElement('p');
    line.className = 'error';
    line.setAttribute('role', 'alert');
    form.prepend(line);
  }
  line.textContent = words;
}

// Whoever touches the page goes on holding the record; who went away lets it lapse.
async function renew() {
  const form = find('[data-decide]');
  if (!form || busy || Date.now() - held < HELD_FOR) return;
  held = Date.now();
  const body = new FormData();
  for (const name of ['record', 'person']) body.set(name, form.elements[name].value);
  try {
    const answer = await fetch(bench.dataset.hold, { method: 'POST', body, headers: { 'X-Fragment': '1' } });
    const { words } = answer.ok ? await answer.json() : {};
    if (words && form.isConnected) tell(words);
  } catch { /* the next press asks again, and a decision counts either way */ }
}

function tell(words) {
  const line = document.createElement('p');
  line.className = 'notice';
  line.textContent = words;
  find('[data-fresh=became]').replaceChildren(line);
  say(words);
}

// Another record instead of the one before the reader, who lets go of it.
function turn(link) {
  const left = find('[data-here]')?.dataset.here;
  const address = new URL(link.href);
  if (left) address.searchParams.set('leave', left);
  history.replaceState(null, '', link.href);
  send(address);
}

let busy = false;
async function submit(form, button) {
  if (busy) return;
  busy = true;
  await send(form.action, { method: 'POST', body: new FormData(form, button) });
  busy = false;
}

function askReason() {
  const reasons = find('.reasons:not(.speaks)');
  if (!reasons || reasons.querySelector(':checked')) return press('exclude');
  reasons.classList.add('ask');
  reasons.querySelector('input').focus();
  say('Choose a reason to exclude.');
  return true;
}

function press(verdict) {
  const button = find(`[name=verdict][value=${verdict}]`);
  button?.click();
  return Boolean(button);
}

function choose(number) {
  const reasons = find('.reasons:not(.speaks)');
  const radio = reasons?.querySelectorAll('input')[number - 1];
  if (!radio) return false;
  radio.checked = true;
  return reasons.classList.contains('ask') ? press('exclude') : true;
}

function move(step) {
  const links = [...bench.querySelectorAll('[data-record]')];
  const at = links.findIndex((link) => link.hasAttribute('aria-current'));
  const next = links[at + step];
  if (next) turn(next);
  return Boolean(next);
}

function calm() {
  find('.ask')?.classList.remove('ask');
  return true;
}

const KEYS = {
  i: () => press('include'),
  m: () => press('maybe'),
  e: askReason,
  j: () => move(1),
  k: () => move(-1),
  n: () => { find('[name=note]')?.focus(); return true; },
  u: () => { find('[data-undo] button')?.click(); return true; },
  h: () => { bench.classList.toggle('plain'); return true; },
  escape: calm,
};

if (bench) {
  bench.addEventListener('submit', (event) => {
    if (!event.target.matches('[data-decide], [data-undo]')) return;
    event.preventDefault();
    submit(event.target, event.submitter);
  });
  bench.addEventListener('click', (event) => {
    const link = event.target.closest('[data-record]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turn(link);
  });
  for (const act of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove']) {
    addEventListener(act, renew, { capture: true, passive: true });
  }
  onKeys((key) => (/^[1-9]$/.test(key) ? choose(Number(key)) : KEYS[key]?.()));
}
