// A file may be dropped on the form; what is in it is shown as soon as it is chosen.
import { say } from './say.js';

const form = document.querySelector('[data-import]');

async function look() {
  const place = form.querySelector('[data-preview]');
  const input = form.elements.file;
  if (!input.files.length) return;
  place.textContent = 'Looking into the file …';
  const body = new FormData(form);
  body.set('deed', 'preview');
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { 'X-Fragment': '1' } });
    if (answer.headers.get('content-type')?.startsWith('text/html')) place.innerHTML = await answer.text();
    else place.textContent = (await answer.json()).detail;
  } catch {
    place.textContent = 'The workbench does not answer. Your file is still chosen; try again.';
  }
  say(place.querySelector('h2, .error')?.textContent ?? '');
}

if (form) {
  const drop = form.querySelector('[data-drop]');
  form.elements.file.addEventListener('change', look);
  for (const name of ['dragover', 'dragleave', 'drop']) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', name === 'dragover');
      if (name === 'drop' && event.dataTransfer.files.length) {
        form.elements.file.files = event.dataTransfer.files;
        look();
      }
    });
  }
  form.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (button?.value === 'preview') { event.preventDefault(); look(); return; }
    setTimeout(() => { if (button) { button.disabled = true; button.textContent = 'Importing …'; } });
  });
}
