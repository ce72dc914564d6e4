// A load is followed until it is done; an upload says that it is on its way.
const REST = 800;

async function follow() {
  const place = document.querySelector('[data-load]');
  if (place?.dataset.load !== 'open') return;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = fresh.querySelector('[data-load]');
    if (next && next.innerHTML !== place.innerHTML) place.replaceWith(next);
    const title = fresh.querySelector('h1');
    if (title) document.querySelector('h1').textContent = title.textContent;
  } catch { /* the next turn asks again */ }
  setTimeout(follow, REST);
}

document.querySelector('[data-upload]')?.addEventListener('submit', (event) => {
  const button = event.submitter;
  setTimeout(() => { if (button) { button.disabled = true; button.textContent = 'Sending …'; } });
});
setTimeout(follow, REST);
