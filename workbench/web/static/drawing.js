// What a save changes of the coding page, drawn: a fragment or memo with its sentences, or all that
// is other than what stands there.
export class Drawing {
  constructor(desk) { this.desk = desk; }

  // Of a new fragment or memo come itself and the sentences that it stands in; all else stays.
  add(saved) {
    for (const one of saved.querySelectorAll(':scope > .d-s')) {
      this.desk.text.querySelector(`.d-s[data-o="${one.dataset.o}"]`)?.replaceWith(one);
    }
    const fragment = saved.querySelector('[data-fragment]');
    return fragment ? this.fragment(fragment, saved) : this.memo(saved.querySelector('[data-memo]'));
  }

  fragment(item, saved) {
    const count = this.put(item, this.desk.querySelector('.d-list'));
    this.desk.querySelector('.d-side > h2').textContent = `Fragments (${count})`;
    this.desk.querySelector('.d-side > h2 + .cap')?.remove();
    for (const code of saved.querySelectorAll('option')) this.offer(code);
    this.empty(saved.dataset.saved);
    return 'fragment';
  }

  memo(item) {
    if (!item) return 'memo';
    const list = this.desk.querySelector('.d-memos');
    const notes = list.closest('details');
    notes.querySelector('summary').textContent = `Memos (${this.put(item, list)})`;
    notes.hidden = false;
    return 'memo';
  }

  // The form after its memo was kept without a code: the codes that were chosen stay.
  noted() {
    this.desk.form.querySelector('.d-problem')?.remove();
    for (const name of ['quote', 'start', 'end', 'memo']) this.desk.form.elements[name].value = '';
  }

  // Puts an item where its passage stands among the others; gives how many there are.
  put(item, list) {
    const place = ({ dataset }) => (dataset.at === '' ? Infinity : Number(dataset.at));
    const after = (one) => place(one) > place(item) || (place(one) === place(item) && one.id > item.id);
    document.getElementById(item.id)?.remove();
    list.insertBefore(item, [...list.children].find(after) ?? null);
    return list.children.length;
  }

  // A code that was written beside the list stands in it from now on.
  offer(code) {
    const list = this.desk.form.elements[code.dataset.list];
    if (!list || [...list.options].some(({ value }) => value === code.value)) return;
    let group = [...list.querySelectorAll('optgroup')].find(({ label }) => label === code.dataset.group);
    if (!group) {
      group = document.createElement('optgroup');
      group.label = code.dataset.group;
      list.append(group);
    }
    group.append(new Option(code.text, code.value));
  }

  // The form as it is for the next fragment.
  empty(id) {
    this.desk.form.querySelector('.d-problem')?.remove();
    for (const field of this.desk.form.querySelectorAll('input:not([type=hidden], [data-palette]), textarea')) {
      if (field.type === 'checkbox') field.checked = false;
      else field.value = '';
    }
    for (const list of this.desk.form.querySelectorAll('select')) list.selectedIndex = 0;
    for (const name of ['start', 'end']) this.desk.form.elements[name].value = '';
    this.desk.form.elements.fragment.value = id;
    const palette = this.desk.querySelector('[data-palette]');
    if (palette.value) {
      palette.value = '';
      palette.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }

  // The server leaves a sentence or fragment empty that is here already, named by its digest;
  // only those that are other are drawn anew.
  draw(html) {
    const fresh = document.createElement('template');
    fresh.innerHTML = html;
    const saved = fresh.content.querySelector('[data-saved]');
    if (saved) return this.add(saved);
    this.desk.whole = Date.now();
    const [text, next] = [this.desk.text, fresh.content.querySelector('#text')];
    const sentences = (root) => [...(root?.querySelectorAll('.d-s, span[data-v]') ?? [])];
    const [old, other] = [sentences(text), sentences(next)];
    if (!other.length || old.length !== other.length) return this.drawAll(fresh.content);
    other.forEach((one, n) => { if (one.dataset.v !== old[n].dataset.v) old[n].replaceWith(one); });
    return this.drawSide(fresh.content.querySelector('.d-side'));
  }

  drawAll(content) {
    const here = new Map([...this.desk.querySelectorAll('[data-v]')].map((one) => [one.dataset.v, one]));
    for (const one of content.querySelectorAll('[data-v]:empty')) {
      if (here.has(one.dataset.v)) one.replaceWith(here.get(one.dataset.v));
    }
    this.desk.replaceChildren(content);
  }

  // Of the fragments, too, only those that are other: the list stays where it is.
  drawSide(next) {
    const side = this.desk.querySelector('.d-side');
    const [old, list] = [side, next].map((one) => one.querySelector('.d-list'));
    const here = new Map([...old.children].map((one) => [one.dataset.v, one]));
    const wanted = new Set([...list.children].map((one) => one.dataset.v));
    for (const item of [...old.children]) if (!wanted.has(item.dataset.v)) item.remove();
    [...list.children].forEach((item, n) => {
      const there = old.children[n];
      if (there?.dataset.v === item.dataset.v) return;
      old.insertBefore(here.get(item.dataset.v) ?? item, there ?? null);
    });
    const around = [...next.childNodes];
    const at = around.indexOf(list);
    for (const one of [...side.childNodes]) if (one !== old) one.remove();
    old.before(...around.slice(0, at));
    old.after(...around.slice(at + 1));
  }
}
