// The element on the shop's page: what the shopper does -> requests; documents -> what is seen.
// It shows a conversation as the server tells it, and below that what is just being said.
import { Api, Refused, json, newKey, parse } from './api.js';
import { button, make } from './dom.js';
import { Panel } from './panel.js';
import { answer, cards, chip, dots, said, suggestions, words } from './parts.js';
import { Tabs } from './tabs.js';

const POLL = 4000;
const GIVEN_UP = 60000;

export class ChatRecElement extends Panel {
  constructor() {
    super();
    this.told = new Map();
    this.queue = [];
    this.under = null;
    this.turn = 'assistant';
  }

  // Also where the page has moved it, or put it back: then it goes on as after a reload.
  connectedCallback() {
    const isNew = !this.panel;
    if (isNew) {
      this.build();
      this.tabs = new Tabs(this.base, (what) => this.heard(what));
      this.api = new Api(this.base, this.tabs, this.options.token);
    }
    this.rise();
    if (this.poll) return;
    this.listen();
    this.tabs.listen();
    this.poll = setInterval(() => this.look(), POLL);
    if (isNew && (this.isInline || this.options.open || this.tabs.isOpen)) this.open(false);
    this.follow(true);
    this.ready = this.restore();
  }

  disconnectedCallback() {
    if (this.isConnected) return;
    this.unlisten();
    this.poll = clearInterval(this.poll);
    this.tabs.close();
    if (this.under) this.under.abort();
    this.under = null;
  }

  // What the host page may do

  open(focus) {
    super.open(focus);
    this.tabs.isOpen = true;
  }

  close() {
    super.close();
    this.tabs.isOpen = !this.panel.hidden;
  }

  send(text) {
    this.emit('message', { role: 'user', text });
    return this.ask({ text, key: newKey() });
  }

  drop(held) {
    return this.ask({ text: '', patch: held.patch, key: newKey() });
  }

  async stop() {
    const { under } = this;
    if (!under) return;
    this.box.focus();
    this.stopped = this.api.stop(this.tabs.conversation).catch(() => {}); // it may have ended
    under.abort();
    await this.stopped;
  }

  async renew() {
    this.queue = [];
    await this.stop();
    this.tabs.conversation = '';
    this.tabs.tell('moved');
    this.clear();
    this.box.focus();
  }

  // What the parts tell

  clicked(item, messageId) {
    this.emit('product-click', { id: item.id, price: item.price, currency: item.currency, url: item.url });
    this.note(messageId, 'click', item.id);
  }

  bought(item, messageId) {
    this.emit('add-to-cart', { id: item.id, title: item.title, price: item.price, currency: item.currency });
    this.note(messageId, 'cart', item.id);
  }

  rated(messageId, value) {
    this.note(messageId, value);
  }

  async note(messageId, value, itemId) {
    try {
      await this.api.feedback(this.tabs.conversation, { message_id: messageId, value, item_id: itemId });
    } catch {
      // an opinion lost costs the shopper nothing
    }
  }

  // One turn

  submit() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = '';
    this.grow();
    this.send(text);
  }

  async ask(asked) {
    if (this.under) {
      this.queue.push(asked);
      this.live.append(said(asked.text, this.labels));
      this.follow(true);
      return;
    }
    const under = new AbortController();
    this.under = under;
    // The button that was pressed may go: the focus stays in the conversation.
    if (this.shadowRoot.activeElement && this.shadowRoot.activeElement !== this.box) {
      this.talk.focus({ preventScroll: true });
    }
    this.stopping.hidden = false;
    this.status.textContent = this.labels.busy;
    this.tabs.waiting = json(asked);
    this.next.replaceChildren();
    try {
      await this.play(asked, under.signal);
    } catch (error) {
      if (!under.signal.aborted) this.failed(error, asked);
    }
    if (this.under !== under) return; // taken from the page
    this.tabs.waiting = '';
    this.under = null;
    this.stopping.hidden = true;
    this.status.textContent = '';
    this.tabs.tell('answered');
    if (under.signal.aborted) {
      await this.stopped;
      await this.settle();
    }
    if (this.queue.length) this.ask(this.queue.shift());
  }

  async play(asked, signal) {
    const reply = make('div', { class: 'reply', 'aria-busy': 'true' });
    const wait = make('p', { class: 'lost' });
    this.live.replaceChildren(said(asked.text, this.labels), reply, wait);
    for (const later of this.queue) this.live.append(said(later.text, this.labels));
    this.follow(true);
    if (!this.tabs.conversation) this.tabs.conversation = (await this.api.start()).conversation_id;
    this.shown = this.tabs.conversation;
    let row = null;
    let text = '';
    let drawn = false;
    const draw = () => {
      drawn = false;
      reply.replaceChildren(...(row ? [row] : []), text ? words(text, this.labels) : dots());
      this.follow();
    };
    await this.api.ask(this.tabs.conversation, asked, (name, data) => {
      if (name === 'lost') wait.textContent = this.labels.lost;
      else if (name === 'again') text = '';
      else if (name === 'taken') this.tabs.tell('asked');
      else {
        wait.textContent = '';
        if (name === 'items') row = cards(data.items, data.message_id, this);
        if (name === 'token') text += data.text;
        if (name === 'reply') this.emit('message', { role: 'assistant', text: data.text, message_id: data.message_id, kind: data.kind });
      }
      if (!drawn) requestAnimationFrame(draw);
      drawn = true;
    }, signal);
    await this.settle();
  }

  failed(error, asked) {
    if (error instanceof Refused && error.status === 404) this.tabs.conversation = '';
    // What is wrong with a token is no news for the shopper.
    const why = (error instanceof Refused && error.status !== 401 && error.message) || this.labels.failed;
    const again = () => this.ask(asked);
    const alert = make('div', { class: 'failure', role: 'alert' }, make('span', { dir: 'auto' }, why));
    if (error.status !== 422) alert.append(button('plain', this.labels.again, this.labels.again, again));
    else if (!this.box.value) this.box.value = asked.text;
    this.live.replaceChildren(said(asked.text, this.labels), alert);
    this.emit('error', { message: why });
    this.follow(true);
  }

  // The conversation as the server tells it

  async restore() {
    const { waiting } = this.tabs;
    if (waiting) {
      await this.settle(true);
      await this.ask(await parse(waiting));
    } else await this.settle();
  }

  async settle(isWaiting) {
    const id = this.tabs.conversation;
    if (!id) {
      this.clear();
      return;
    }
    try {
      const conversation = await this.api.read(id);
      if (id === this.tabs.conversation && this.isConnected) this.show(conversation, isWaiting);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) return;
      this.tabs.conversation = '';
      this.clear();
    }
  }

  show(conversation, isWaiting) {
    const isNew = this.shown !== conversation.conversation_id;
    if (isNew) this.clear();
    this.shown = conversation.conversation_id;
    if (isNew) this.silently();
    let last = null;
    for (const message of conversation.messages) {
      last = message;
      if (message.reply) this.tell(message);
    }
    const isOpen = last && !last.reply;
    if (!this.under || !isOpen) {
      this.live.replaceChildren();
      for (const later of this.queue) this.live.append(said(later.text, this.labels));
      if (isOpen && !isWaiting) this.live.append(...this.unanswered(last));
    }
    this.next.replaceChildren();
    if (last && last.reply) this.next.append(suggestions(last.reply.suggestions, (text) => this.send(text)));
    this.chips.replaceChildren();
    for (const held of conversation.chips) this.chips.append(chip(held, this));
    this.chips.hidden = !conversation.chips.length;
    this.person.textContent = conversation.turn === 'person' ? this.labels.person : '';
    if (conversation.turn !== this.turn) this.emit('handoff', { turn: conversation.turn });
    this.turn = conversation.turn;
    this.follow(isNew);
  }

  // Adds a message with its reply, once.
  tell({ message_id: id, text, reply, thumb }) {
    if (this.told.has(id)) return;
    this.told.set(id, true);
    const isPerson = reply.kind === 'handoff';
    if (text || !isPerson) this.log.append(said(text, this.labels));
    if (reply.text || reply.items.length) this.log.append(answer(reply, thumb, this));
  }

  unanswered(message) {
    if (this.elsewhere) return [said(message.text, this.labels), make('div', { class: 'reply' }, dots())];
    if (!message.text) return [];
    const again = button('plain', this.labels.again, this.labels.again, () => this.send(message.text));
    return [said(message.text, this.labels), make('div', { class: 'failure' }, make('span', null, this.labels.failed), again)];
  }

  clear() {
    this.shown = '';
    this.told.clear();
    this.turn = 'assistant';
    this.person.textContent = '';
    this.chips.replaceChildren();
    this.chips.hidden = true;
    this.live.replaceChildren();
    const greeting = this.options.greeting || this.labels.greeting;
    this.log.replaceChildren(make('p', { class: 'greeting', dir: 'auto' }, greeting));
    this.next.replaceChildren(suggestions(this.options.starters || [], (text) => this.send(text)));
  }

  // Another tab has told something.
  heard(what) {
    if (what === 'asked') this.elsewhere = Date.now();
    if (what === 'answered') this.elsewhere = 0;
    if (!this.under) this.settle();
  }

  // A person's words come when they come.
  look() {
    if (Date.now() - this.elsewhere > GIVEN_UP) this.elsewhere = 0;
    const isLate = this.elsewhere || this.turn === 'person';
    if (isLate && !this.under && !document.hidden) this.settle();
  }
}
