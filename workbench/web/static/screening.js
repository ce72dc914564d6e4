// Screening by keys, without loading the page anew. Every form works without this file.
import { onKeys } from './keys.js';
import { SIGNED_OUT } from './keep.js';
import { say } from './say.js';

const bench = document.querySelector('[data-bench]');
const find = (selector) => bench.querySelector(selector);

const HELD_FOR = 4 * 60 * 1000; // a record is held for ten minutes; renewed while somebody works
let held = Date.now();
let came = Date.now(); // when the record after this one came, held as well

// What the stopping rule said stays until the page follows the feed: nobody waits for it.
function show(html) {
  const rule = find('[data-fresh=stopping]');
  bench.innerHTML = html;
  const next = find('[data-fresh=stopping]');
  if (rule && next && !next.childElementCount) next.replaceWith(rule);
  held = came = Date.now();
  const title = find('[data-title]');
  title?.focus();
  say(`${find('[data-said]')?.textContent ?? ''} ${find('[role=alert]')?.textContent ?? title?.textContent ?? ''}`);
}

async function send(url, options, shown = show, lost = () => {}) {
  try {
    const answer = await fetch(url, { ...options, headers: { 'X-Fragment': '1' } });
    if (answer.headers.get('content-type')?.startsWith('text/html') && answer.status !== 401) {
      return shown(await answer.text());
    }
    lost();
    return complain(answer.status === 401 ? SIGNED_OUT : (await answer.json()).detail);
  } catch {
    lost();
    return complain('Not saved: the workbench does not answer. Your choice is kept; press again.');
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
async function turn(href) {
  const left = find('[data-here]')?.dataset.here;
  const address = new URL(href, location);
  const ahead = find('template[data-ahead]');
  const isHere = ahead?.dataset.ahead === address.searchParams.get('record') && isFresh();
  if (left) address.searchParams.set('leave', left);
  history.replaceState(null, '', href);
  if (!isHere) return send(address);
  busy = true;
  await send(address, {}, around, appear(ahead));
  return done();
}

let busy = false;
let waiting = []; // what was pressed while a decision was on its way
async function submit(form, button) {
  if (busy) return waiting.push(() => button.isConnected && button.click());
  busy = true;
  const body = new FormData(form, button);
  const ahead = goesOn(form, button) && find('template[data-ahead]');
  if (ahead) await goOn(form, body, ahead);
  else await send(form.action, { method: 'POST', body });
  return done();
}

// What was pressed meanwhile follows, one thing after the other.
function done() {
  busy = false;
  while (waiting.length && !busy) waiting.shift()();
}

// Whether the record after this one may be shown before the decision is answered.
function goesOn(form, button) {
  const reasons = form.querySelector('.reasons:not(.speaks)');
  const lacks = button?.value === 'exclude' && reasons && !reasons.querySelector(':checked');
  return form.matches('[data-decide]') && !lacks && isFresh();
}

const isFresh = () => Date.now() - came < 2 * HELD_FOR;

// Nobody waits for the answer: the next record is here. Where the decision does not arrive, the
// record comes back with all that was chosen; a refused one comes with the answer.
function goOn(form, body, ahead) {
  body.set('shown', ahead.dataset.ahead);
  return send(form.action, { method: 'POST', body }, around, appear(ahead));
}

// Shows the record after the one before the reader; gives what brings that one back.
function appear(ahead) {
  const read = find('.read');
  const [was, record] = [read.cloneNode(false), read.dataset.here];
  const [next, undo] = [ahead.content, find('[data-undo]')];
  const reasons = find('.reasons:not(.speaks)')?.cloneNode(true);
  reasons?.querySelectorAll('input').forEach((one) => { one.checked = false; });
  reasons?.classList.remove('ask');
  if (reasons) next.querySelector('.reasons:not(.speaks)')?.replaceWith(reasons);
  was.append(...read.childNodes);
  const became = document.createElement('div');
  became.dataset.fresh = 'became';
  read.replaceChildren(became, next);
  read.dataset.here = ahead.dataset.ahead;
  read.scrollTop = 0;
  ahead.remove();
  undo?.remove();
  held = Date.now();
  find('[data-title]').focus();
  return () => {
    waiting = [];
    read.replaceChildren(...was.childNodes);
    read.dataset.here = record;
    find('.side').append(...[undo].filter(Boolean));
    find('[data-title]').focus();
  };
}

// What stands around the record follows; the record itself stays as its reader has it by now.
function around(html) {
  const fresh = document.createElement('template');
  fresh.innerHTML = html;
  const [read, next] = [find('.read'), fresh.content.querySelector('.read')];
  const refused = fresh.content.querySelector('[role=alert]');
  if (refused || next.dataset.here !== read.dataset.here) {
    waiting = [];
    return show(html);
  }
  const parts = [...fresh.content.childNodes];
  const at = parts.indexOf(next);
  const rule = find('[data-fresh=stopping]');
  const empty = fresh.content.querySelector('[data-fresh=stopping]');
  if (rule && empty && !empty.childElementCount) empty.replaceWith(rule);
  for (const one of [...bench.childNodes]) if (one !== read) one.remove();
  read.before(...parts.slice(0, at));
  read.after(...parts.slice(at + 1));
  held = came = Date.now();
  return say(find('[data-said]').textContent);
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
  const behind = step > 0 && find('template[data-ahead]')?.dataset.href; // the list is a part of the queue
  const next = links[at + step]?.href ?? behind;
  if (next) turn(next);
  return Boolean(next);
}

function calm() {
  find('.ask')?.classList.remove('ask');
  return true;
}

// While a decision is on its way, what is pressed next waits for its answer.
function act(key) {
  const does = /^[1-9]$/.test(key) ? () => choose(Number(key)) : KEYS[key];
  if (!does || !busy || key === 'h' || key === 'n') return does?.();
  waiting.push(does);
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
    turn(link.href);
  });
  for (const act of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove']) {
    addEventListener(act, renew, { capture: true, passive: true });
  }
  onKeys(act);
}
