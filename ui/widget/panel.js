// The element's frame: what can be seen and pressed, where the focus is, what is scrolled to.
// Knows nothing of what is said in it: `element.js` fills it and says what its buttons do.
import { button, make } from './dom.js';
import { directionOf, labelsOf } from './labels.js';

const KEYS = ['keydown', 'keypress', 'keyup'];
const SETTLING = 500;
const MARGIN = 10;

export class Panel extends HTMLElement {
  constructor() {
    super();
    this.options = {};
    this.attachShadow({ mode: 'open' });
  }

  // Called once, before the element is put into the page.
  configure(options) {
    this.options = options;
    this.base = options.api;
    this.language = options.lang || document.documentElement.lang || navigator.language || 'en';
    this.labels = labelsOf(this.language, options.labels);
    if (options.title) this.labels.title = options.title;
    this.isInline = Boolean(options.target);
    this.sells = Boolean(options.cart);
    this.following = true;
  }

  build() {
    const { labels, options } = this;
    this.viewport = new CSSStyleSheet();
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.shadowRoot.adoptedStyleSheets = [style, this.viewport];
    this.log = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': labels.log });
    this.live = make('div', { class: 'live' });
    this.next = make('div', { class: 'next' });
    const read = () => { this.following = false; };
    this.talk = make(
      'div', { class: 'talk', tabindex: '0', role: 'region', 'aria-label': labels.log, wheel: read, touchmove: read },
      this.log, this.live, this.next,
    );
    this.chips = make('ul', { class: 'chips', 'aria-label': labels.held, hidden: true });
    this.person = make('p', { class: 'person', role: 'status' });
    this.status = make('p', { class: 'sr', role: 'status' });
    this.box = make('textarea', { rows: '1', id: 'box', dir: 'auto', placeholder: labels.placeholder, enterkeyhint: 'send', autocomplete: 'off', input: () => this.grow() });
    this.stopping = button('icon stop', 'stop', labels.stop, () => this.stop(), { hidden: true });
    this.form = make(
      'form', { submit: (event) => { event.preventDefault(); this.submit(); } },
      make('label', { class: 'sr', for: 'box' }, labels.input), this.box, this.stopping,
      button('icon send', 'send', labels.send, null, { type: 'submit' }),
    );
    const close = this.isInline ? null : button('icon', 'close', labels.close, () => this.close());
    const head = make(
      'header', null, make('h2', { id: 'title', dir: 'auto' }, labels.title),
      button('icon', 'renew', labels.renew, () => this.renew()), close,
    );
    this.panel = make(
      'div', { class: 'panel', role: this.isInline ? 'group' : 'dialog', 'aria-labelledby': 'title', hidden: true },
      head, this.talk, make('div', { class: 'dock' }, this.chips, this.person, this.form), this.status,
    );
    this.launcher = button('launcher', 'chat', labels.open, () => this.open(), { 'aria-expanded': 'false', hidden: this.isInline });
    const dir = options.dir || directionOf(this.language);
    this.root = make(
      'section', { class: this.isInline ? 'inline' : 'bubble', 'aria-label': labels.title, lang: this.language, dir, 'data-theme': options.theme || 'auto' },
      this.launcher, this.panel,
    );
    this.shadowRoot.append(this.root);
  }

  // Into the top layer: above every z-index, whatever the page transforms.
  rise() {
    if (this.isInline) return;
    this.popover = 'manual';
    if (!this.matches(':popover-open')) this.showPopover();
  }

  // Hears keys and the screen's size from here on.
  listen() {
    this.onKey = (event) => this.keyed(event);
    for (const kind of KEYS) addEventListener(kind, this.onKey, true);
    this.onView = () => this.fit();
    if (window.visualViewport) visualViewport.addEventListener('resize', this.onView);
  }

  unlisten() {
    for (const kind of KEYS) removeEventListener(kind, this.onKey, true);
    if (window.visualViewport) visualViewport.removeEventListener('resize', this.onView);
  }

  open(focus = true) {
    if (this.panel.hidden) {
      this.panel.hidden = false;
      this.root.dataset.open = '';
      this.launcher.setAttribute('aria-expanded', 'true');
      this.fit();
      this.follow(true);
      this.emit('open');
    }
    if (focus) this.box.focus();
  }

  close() {
    if (this.panel.hidden || this.isInline) return;
    this.panel.hidden = true;
    delete this.root.dataset.open;
    this.launcher.setAttribute('aria-expanded', 'false');
    this.launcher.focus();
    this.emit('close');
  }

  emit(name, detail = {}) {
    const event = new CustomEvent(`chatrec:${name}`, { detail, bubbles: true, composed: true, cancelable: true });
    return this.dispatchEvent(event);
  }

  // What is added at once belongs to the past and is not read out.
  silently() {
    this.log.setAttribute('aria-live', 'off');
    setTimeout(() => this.log.setAttribute('aria-live', 'polite'), SETTLING);
  }

  // Keys typed here are no hotkeys of the page: nothing outside hears of them.
  keyed(event) {
    const [origin] = event.composedPath(); // the window is no node
    if (!(origin instanceof Node) || origin.getRootNode() !== this.shadowRoot) return;
    event.stopImmediatePropagation();
    if (event.type !== 'keydown' || event.isComposing) return;
    if (event.key === 'Escape') this.close();
    if (event.key === 'Tab') this.cycle(event);
    else if (this.shadowRoot.activeElement === this.talk) this.following = false;
    if (event.key === 'Enter' && !event.shiftKey && this.shadowRoot.activeElement === this.box) {
      event.preventDefault();
      this.submit();
    }
  }

  // On a phone the panel covers the page: the focus stays in it.
  cycle(event) {
    if (this.isInline || this.panel.hidden || this.panel.clientWidth < innerWidth) return;
    let first = null;
    let last = null;
    for (const each of this.panel.querySelectorAll('button, a, textarea, [tabindex]')) {
      if (each.checkVisibility()) {
        first = first || each;
        last = each;
      }
    }
    const { activeElement } = this.shadowRoot;
    if (activeElement === (event.shiftKey ? first : last)) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  grow() {
    this.box.rows = 1;
    while (this.box.rows < 5 && this.box.scrollHeight > this.box.clientHeight + 1) this.box.rows += 1;
  }

  // The part of the screen that an on-screen keyboard leaves free.
  fit() {
    const view = window.visualViewport;
    if (view) this.viewport.replaceSync(`:host{--view:${Math.round(view.height)}px}`);
  }

  // Follows what is added unless the shopper has scrolled to read, and never beyond the last
  // question. `always` begins to follow again.
  follow(always) {
    this.following = this.following || always;
    if (!this.following) return;
    const { talk } = this;
    const end = talk.scrollHeight - talk.clientHeight;
    const questions = this.shadowRoot.querySelectorAll('.said, .changed');
    const question = questions[questions.length - 1];
    talk.scrollTop = question ? Math.min(end, question.offsetTop - MARGIN) : end;
  }
}
