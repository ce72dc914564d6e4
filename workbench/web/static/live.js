// One stream per browser: HTTP/1.1 allows six connections to a host, so the tab that
// holds the lock streams and the others listen to it.
// The light in the top bar names the review and the position at which the page was made.
const light = document.querySelector('[data-live]');
const log = document.querySelector('[data-log]');
const review = light?.dataset.feed;
const LONGEST = 14;

function show(state, words) {
  if (!light) return;
  light.dataset.live = state;
  light.querySelector('[data-words]').textContent = words;
}

function add(entry) {
  if (entry.position <= Number(light.dataset.after)) return;
  light.dataset.after = entry.position;
  if (log) announce(entry);
  later();
}

function announce(entry) {
  const item = document.createElement('li');
  item.className = 'new';
  const parts = [
    ['time', entry.at.slice(11, 19)],
    ['span', entry.type.split('.')[0], 'who'],
    ['span', entry.words],
  ];
  for (const [tag, words, name] of parts) {
    const part = document.createElement(tag);
    part.textContent = words;
    if (name) part.className = name;
    item.append(part);
  }
  const list = log.querySelector('ol');
  list.querySelector('.none')?.remove();
  list.prepend(item);
  while (list.children.length > LONGEST) list.lastElementChild.remove();
}

// Figures follow the feed: when it rests, the page is fetched again and what differs is put in.
const REST = 700;
const LONGEST_WAIT = 4000;
let timer = 0;
let since = 0;

function later() {
  since ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.min(REST, Math.max(0, since + LONGEST_WAIT - Date.now())));
}

async function refresh() {
  since = 0;
  const stale = document.querySelector('[data-stale]');
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const kept = [...document.querySelectorAll('[data-fresh]')].filter((old) => !swap(old, fresh));
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
  if (!next) return true;
  const open = [...old.querySelectorAll('details')].map((one) => one.open);
  next.querySelectorAll('details').forEach((one, n) => { one.open = open[n] ?? one.open; });
  if (next.innerHTML === old.innerHTML) return true;
  if (old.contains(document.activeElement)) return false;
  old.innerHTML = next.innerHTML;
  old.classList.remove('anew');
  requestAnimationFrame(() => old.classList.add('anew'));
  return true;
}

const channel = 'BroadcastChannel' in self && review ? new BroadcastChannel(`retroduct-${review}`) : null;
let stream = null;
let state = ['wait', 'Connecting'];

function deliver(message) {
  if (message.state) show(...message.state);
  else if (message.entry) add(message.entry);
}

function share(message) {
  deliver(message);
  channel?.postMessage(message);
}

function tell(...next) {
  state = next;
  share({ state });
}

// A refused stream is not tried again by the browser: renew the session, then do it here.
function again() {
  tell('off', 'Offline');
  setTimeout(async () => {
    await fetch('/session').catch(() => {});
    open();
  }, 5000);
}

function open() {
  stream = new EventSource(`/api/reviews/${review}/feed?after=${light.dataset.after}`);
  stream.onopen = () => tell('on', 'Live');
  stream.onerror = () => (stream.readyState === 2 ? again() : tell('wait', 'Reconnecting'));
  stream.addEventListener('retroduct', (message) => share({ entry: JSON.parse(message.data) }));
  return new Promise(() => {}); // keeps the lock for the life of the tab
}

if (review) {
  if (channel) {
    channel.onmessage = ({ data }) => (data.ask ? stream && share({ state }) : deliver(data));
  }
  if (navigator.locks && channel) {
    navigator.locks.request(`retroduct-feed-${review}`, open);
    channel.postMessage({ ask: true });
  } else {
    open();
  }
  addEventListener('pagehide', () => stream?.close());
}
