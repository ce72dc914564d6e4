// What is typed into a plain form is not lost: before it is sent, the workbench is asked whether it
// answers and whether the reader is still signed in. Forms work without this file.
import { say } from './say.js';

const PATIENCE = 8000;
const AWAY = 'Not sent: the workbench does not answer. What you typed stays here; press again in a moment.';
const OUT = 'Not sent: you are signed out. What you typed stays here. ';
export const SIGNED_OUT = 'Not saved: you are signed out. What you typed stays here: sign in in another tab, then press again.';
const asked = new WeakSet(); // forms that may be sent now
const asking = new WeakSet(); // pressed again meanwhile, or at once after it, they are not sent twice
const ONCE = 2000;
const OPEN = /\/(sign-|first-start|join\/)/; // sent by people who are not signed in

async function standing() {
  try {
    const answer = await fetch('/session', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    return answer.headers.get('x-signed-in') === 'no' ? 'out' : 'in';
  } catch {
    return 'away';
  }
}

function complain(form, state) {
  let line = form.querySelector(':scope > [data-kept]');
  if (!line) {
    line = document.createElement('p');
    line.className = 'error';
    line.dataset.kept = '';
    line.setAttribute('role', 'alert');
    form.prepend(line);
  }
  line.textContent = state === 'out' ? OUT : AWAY;
  if (state === 'out') {
    const link = document.createElement('a');
    link.href = '/sign-in';
    link.target = '_blank';
    link.textContent = 'Sign in in another tab, then press again.';
    line.append(link);
  }
  form.dispatchEvent(new Event('not-sent', { bubbles: true }));
  line.scrollIntoView({ block: 'nearest' });
  say(line.textContent);
}

addEventListener('submit', async (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || OPEN.test(form.action)) return;
  if (asked.delete(form)) return;
  event.preventDefault();
  if (asking.has(form)) return;
  asking.add(form);
  const { submitter } = event;
  const state = await standing();
  if (state !== 'in') { asking.delete(form); complain(form, state); return; }
  form.querySelector(':scope > [data-kept]')?.remove();
  asked.add(form);
  form.requestSubmit(submitter);
  setTimeout(() => asking.delete(form), ONCE); // where no page follows, as after a download
});
