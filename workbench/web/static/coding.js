// Coding: a selection becomes a passage, and a passage a fragment.
import { Drawing } from './drawing.js';
import { SIGNED_OUT } from './keep.js';
import { keysOn } from './keys.js';
import { offsetOf, quoteOf, rangeOf } from './passages.js';
import { Marking } from './spans.js';

const WHOLE_FOR = 3 * 60 * 1000; // what others coded comes with the first save after so long
const TYPING = 'input:not([type=radio]):not([type=checkbox]), textarea, select';

class Coding extends HTMLElement {
  connectedCallback() {
    this.passage = null;
    this.whole = Date.now();
    this.marking = new Marking(this, say);
    this.drawing = new Drawing(this);
    this.reset();
    document.addEventListener('selectionchange', () => this.read());
    this.addEventListener('mousedown', (event) => event.target.closest('.d-bar') && event.preventDefault());
    this.addEventListener('click', (event) => this.pressed(event));
    this.addEventListener('submit', (event) => this.submitted(event));
    this.addEventListener('change', (event) => event.target.id === 'theory' && event.target.form.requestSubmit());
    addEventListener('keydown', (event) => this.key(event));
  }

  get text() { return this.querySelector('#text'); }
  get roles() { return [...this.querySelectorAll('.d-bar [data-role]')].map((one) => one.dataset.role); }
  get keep() { return this.querySelector('.d-keep'); }
  get form() { return this.querySelector('.d-form'); }

  reset() { this.anchor = -1; this.head = -1; }

  read() {
    const selection = getSelection();
    if (!this.text || !selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!this.text.contains(range.commonAncestorContainer)) return;
    const found = this.trimmed(
      offsetOf(this.text, range.startContainer, range.startOffset),
      offsetOf(this.text, range.endContainer, range.endOffset),
    );
    if (this.marking.takes(found) || !found) return;
    this.reset();
    this.set(found);
  }

  // What is selected, without blanks around it; null where it is nothing else.
  trimmed(start, end) {
    const letters = [...quoteOf(this.text, start, end)];
    const lead = letters.findIndex((letter) => letter.trim());
    if (lead < 0) return null;
    const tail = [...letters].reverse().findIndex((letter) => letter.trim());
    return { start: start + lead, end: end - tail, quote: letters.slice(lead, letters.length - tail).join('') };
  }

  set(passage) {
    this.passage = passage;
    if (passage) this.at(passage.start);
    if (!this.text) return;
    CSS.highlights?.delete('d-pending');
    const words = this.querySelector('[data-selected]');
    words.textContent = passage
      ? `${[...passage.quote].length} characters, ${passage.start} to ${passage.end}`
      : 'Select a passage, or press J';
    if (!this.form) return;
    this.form.quote.value = passage?.quote ?? '';
    this.form.start.value = passage?.start ?? '';
    this.form.end.value = passage?.end ?? '';
    if (passage && self.Highlight) {
      CSS.highlights.set('d-pending', new Highlight(rangeOf(this.text, passage.start, passage.end)));
    }
  }

  // Tells the pane of the PDF where in the text somebody is.
  at(offset) { this.dispatchEvent(new CustomEvent('passage', { detail: offset, bubbles: true })); }

  clear() {
    getSelection().removeAllRanges();
    this.reset();
    this.set(null);
  }

  step(by, extend) {
    const sentences = [...this.text.querySelectorAll('.d-s')];
    this.head = Math.min(sentences.length - 1, Math.max(0, this.head + by));
    if (!extend || this.anchor < 0) this.anchor = this.head;
    const [first, last] = [Math.min(this.anchor, this.head), Math.max(this.anchor, this.head)];
    getSelection().removeAllRanges();
    this.set(this.trimmed(Number(sentences[first].dataset.o), Number(sentences[last].dataset.e)) ?? this.passage);
    sentences[this.head].scrollIntoView({ block: 'nearest' });
    say(this.passage?.quote ?? '');
  }

  role(name) {
    if (this.text && !this.passage) return say('Select a passage first.');
    const fields = this.querySelector(`[data-fields="${name}"]`);
    fields.scrollIntoView({ block: 'nearest' });
    fields.querySelector('select').focus();
  }

  pressed(event) {
    const role = event.target.closest('[data-role]');
    const go = event.target.closest('[data-go], [data-go-memo]');
    const mark = event.target.closest('#text mark');
    if (role) this.role(role.dataset.role);
    else if (go) this.light(go.dataset.go ? 'fragment' : 'memo', go.dataset.go ?? go.dataset.goMemo, true);
    else if (event.target.closest('[data-to-memo]')) this.form.memo.focus();
    else if (event.target.closest('[data-keys]')) document.querySelector('#keys').showModal();
    else if (mark && getSelection().isCollapsed) {
      const kind = mark.dataset.fragments ? 'fragment' : 'memo';
      this.light(kind, mark.dataset[`${kind}s`].split(' ').at(-1), false);
    }
  }

  light(kind, id, toText) {
    for (const lit of this.querySelectorAll('.d-lit')) lit.classList.remove('d-lit');
    const item = document.getElementById(`${kind}-${id}`);
    const marks = this.querySelectorAll(`mark[data-${kind}s~="${CSS.escape(id)}"]`);
    for (const lit of [item, ...marks]) lit?.classList.add('d-lit');
    if (marks[0]) this.at(Number(marks[0].dataset.o));
    if (item?.closest('details')) item.closest('details').open = true;
    (toText ? marks[0] : item)?.scrollIntoView({ block: 'center' });
  }

  key(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('dialog[open]')) return;
    const field = event.target.closest?.(TYPING);
    if (field) {
      if (event.key === 'Escape') field.blur();
      return;
    }
    if (event.key === 'Escape' && this.marking.on) this.marking.off();
    else if (event.key === 'Escape' && this.text) this.clear();
    else if (!keysOn() || !this.act(event.key.toLowerCase(), event.shiftKey)) return;
    event.preventDefault();
  }

  act(key, shift) {
    if ('jk'.includes(key) && this.text) this.step(key === 'j' ? 1 : -1, shift);
    else if (/^[1-9]$/.test(key) && this.roles[key - 1]) this.role(this.roles[key - 1]);
    else if (key === 'w') this.form.memo.focus();
    else if (key === 's') this.form.requestSubmit();
    else if (key === 'm' && this.keep) this.form.requestSubmit(this.keep);
    else return false;
    return true;
  }

  async submitted(event) {
    if (event.target.method !== 'post' || event.target.action.includes('/texts-of/')) return;
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    const body = new URLSearchParams(new FormData(event.target));
    const own = event.target === this.form;
    const shown = Date.now() - this.whole < WHOLE_FOR && own && !this.form.elements.seen;
    const { action } = event.target;
    const to = event.submitter?.hasAttribute('formaction') ? event.submitter.formAction : action;
    if (shown) body.set('shown', 'yes');
    else body.set('known', [...this.querySelectorAll('[data-v]')].map((one) => one.dataset.v).join(' '));
    try {
      const answer = await fetch(to, { method: 'POST', body, headers: { 'X-Fragment': '1' } });
      if (answer.status === 401) this.complain(SIGNED_OUT);
      else if (!answer.headers.get('content-type')?.startsWith('text/html')) throw new Error(answer.status);
      else this.show(await answer.text(), answer.ok, own);
    } catch {
      this.complain('Not saved: the server did not answer. Your choices are still here; save again.');
    } finally {
      this.busy = false;
    }
  }

  complain(words) {
    let line = this.form.querySelector('.d-problem');
    if (!line) {
      line = document.createElement('p');
      line.className = 'd-problem';
      line.setAttribute('role', 'alert');
      this.form.prepend(line);
    }
    line.textContent = words;
    line.scrollIntoView({ block: 'nearest' });
    say(words);
  }

  show(html, done, own) {
    const [text, side] = [this.querySelector('.d-text').scrollTop, this.querySelector('.d-side').scrollTop];
    const passage = this.passage;
    const drawn = this.drawing.draw(html);
    if (drawn === 'memo' && !own) return say('Saved.');
    if (drawn === 'memo') this.drawing.noted();
    this.querySelector('.d-text').scrollTop = text;
    this.querySelector('.d-side').scrollTop = done ? 0 : side;
    if (done) {
      this.marking.off();
      if (this.text) this.clear();
      this.text?.focus({ preventScroll: true });
      return say('Saved.');
    }
    if (passage) this.set(passage);
    this.querySelector('.d-problem')?.scrollIntoView({ block: 'nearest' });
    return say(this.querySelector('.d-problem')?.textContent ?? 'Not saved.');
  }
}

function say(words) {
  const said = document.getElementById('said');
  said.textContent = '';
  requestAnimationFrame(() => { said.textContent = words; });
}

customElements.define('retroduct-coding', Coding);
