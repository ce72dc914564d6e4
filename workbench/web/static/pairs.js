// Keys on a page of entries that are decided one after the other: they press a button of the
// entry in which one works, or of the first.
import { onKeys } from './keys.js';

const KEYS = { s: 'merge', d: 'distinct', a: 'a', b: 'b' };
const NEXT = `retroduct-next:${location.pathname}`;
const FRESH = 30000; // milliseconds in which what was decided meanwhile is still sent

function entry() {
  return document.activeElement?.closest('[data-pair]:not([hidden])') ?? document.querySelector('[data-pair]:not([hidden])');
}

// A pair whose decision is on its way is put away, so that the next one stands first. What is
// decided of that one meanwhile is kept, and sent from the page that the answer brings.
let sending = null;

addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.elements.proposal || form === sending) return;
  form.closest('[data-pair]').hidden = true;
  if (sending) {
    event.preventDefault();
    const { proposal, reason } = form.elements;
    keep([...kept(), { proposal: proposal.value, verdict: event.submitter.value, reason: reason.value }]);
  } else sending = form;
}, true);

addEventListener('not-sent', bringBack);
addEventListener('pageshow', (event) => event.persisted && bringBack());

function bringBack() {
  if (!sending) return;
  sending = null;
  sessionStorage.removeItem(NEXT);
  for (const pair of document.querySelectorAll('[data-pair]')) pair.hidden = false;
}

function keep(next) {
  sessionStorage.setItem(NEXT, JSON.stringify({ at: Date.now(), next }));
}

function kept() {
  const { at, next } = JSON.parse(sessionStorage.getItem(NEXT)) ?? { at: 0, next: [] };
  return Date.now() - at < FRESH ? next : [];
}

// Where the first was refused, people read why before the others are sent.
const waiting = document.querySelector('main [role=alert]') ? [] : kept();
sessionStorage.removeItem(NEXT);
for (const { proposal, verdict, reason } of waiting) {
  const field = document.querySelector(`[name=proposal][value="${CSS.escape(proposal)}"]`);
  if (!field) continue;
  field.form.elements.reason.value = reason;
  field.form.requestSubmit(field.form.querySelector(`button[value="${verdict}"]`));
}

// To adopt a vote: its verdict and reason are chosen, and the cursor waits for the written reason;
// where one is written already, the conflict is settled.
for (const adopt of document.querySelectorAll('[data-adopt]')) adopt.hidden = false;
addEventListener('click', (event) => {
  const adopt = event.target.closest('[data-adopt]');
  const form = adopt?.closest('[data-pair]').querySelector('form');
  if (!form) return;
  const reason = form.elements.reason;
  if (reason) reason.value = adopt.dataset.adopt === 'exclude' ? adopt.dataset.reason : '';
  const button = form.querySelector(`button[value="${adopt.dataset.adopt}"]`);
  form.querySelectorAll('.acts button').forEach((one) => one.classList.toggle('chosen', one === button));
  if (form.elements.note.value.trim() && button) form.requestSubmit(button);
  else form.elements.note.focus();
});

onKeys((key) => {
  const button = KEYS[key] && entry()?.querySelector(`button[value="${KEYS[key]}"], [data-key-of="${KEYS[key]}"]`);
  button?.click();
  return Boolean(button);
});
