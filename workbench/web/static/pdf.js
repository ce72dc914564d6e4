// The page of the PDF on which the chosen passage stands, beside the text. Without this file the
// pane's link leads to a page of its own.
const pane = document.querySelector('[data-pdf]');
const OPEN = 'retroduct-pdf';

if (pane) {
  const turns = pane.dataset.turns.split(' ').filter(Boolean).map((turn) => turn.split(':').map(Number));
  const labels = JSON.parse(pane.dataset.labels ?? '{}');
  const last = Number(pane.dataset.pages);
  const picture = pane.querySelector('img');
  let page = 0;

  const pageOf = (offset) => turns.reduce((found, [start, number]) => (start <= offset ? number : found), 1);

  function show(number) {
    page = Math.min(last, Math.max(1, number));
    const called = labels[page] ? `, called ${labels[page]}` : '';
    pane.querySelector('[data-number]').textContent = `Page ${page} of ${last}${called}`;
    pane.querySelector('[data-back]').disabled = page === 1;
    pane.querySelector('[data-on]').disabled = page === last;
    if (pane.hidden) return;
    picture.src = `${pane.dataset.pdf}${page}?width=1000`;
    picture.alt = `Page ${page} of the PDF, as a picture; its text stands beside it`;
    pane.querySelector('[data-sheet]').scrollTop = 0;
  }

  function open(yes) {
    pane.hidden = !yes;
    pane.parentElement.classList.toggle('open', yes);
    for (const link of document.querySelectorAll('[data-pages-link]')) link.setAttribute('aria-expanded', String(yes));
    localStorage.setItem(OPEN, yes ? '1' : '');
    if (yes) show(page || 1);
  }

  document.addEventListener('passage', (event) => {
    const number = pageOf(event.detail);
    if (turns.length && number !== page) show(number);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('[data-pages-link]');
    if (link) { event.preventDefault(); open(pane.hidden); }
    if (event.target.closest?.('[data-back]')) show(page - 1);
    if (event.target.closest?.('[data-on]')) show(page + 1);
    if (event.target.closest?.('[data-shut]')) { open(false); document.querySelector('[data-pages-link]')?.focus(); }
  });
  if (localStorage.getItem(OPEN)) open(true);
}
