// One stream per browser: HTTP/1.1 allows six connections to a host, so the tab that
// holds the lock streams and the others listen to it.
// The light in the top bar names the review and the position at which the page was made.
import { countSoon } from './frame.js';
import { later } from './fresh.js';

const light = document.querySelector('[data-live]');
const log = document.querySelector('[data-log]');
const review = light?.dataset.feed;
const hears = light?.dataset.hears?.split(' ');
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
  countSoon();
  if (!hears || hears.includes(entry.type)) later();
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

const channel = 'BroadcastChannel' in self && review ? new BroadcastChannel(`retroduct-${review}`) : null;
let stream = null;
let state = ['wait', 'Connecting'];

function deliver(message) {
  if (message.state) show(...message.state);
  else if (message.entry) add(message.entry);
  else if ('resync' in message) {
    light.dataset.after = message.resync;
    later();
  }
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
  stream.addEventListener('resync', (message) => share({ resync: JSON.parse(message.data).position }));
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
