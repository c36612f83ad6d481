// Documents of the API -> the parts of a conversation, as elements. Knows no state and no network.
import { button, make, webAddress } from './dom.js';

// The words of a reply: lines, and the pipe tables of a comparison as tables.
export function words(text, labels) {
  const block = make('div', { class: 'words', dir: 'auto' });
  let table = null;
  const close = () => {
    if (table) block.append(comparison(table, labels));
    table = null;
  };
  for (const line of text.trim().split('\n')) {
    if (/^\s*\|.*\|\s*$/.test(line)) {
      table = table || [];
      table.push(line.trim().slice(1, -1).split('|'));
    } else {
      close();
      if (line.trim()) block.append(make('p', null, line));
    }
  }
  close();
  return block;
}

function comparison(rows, labels) {
  const head = make('tr');
  const body = make('tbody');
  for (const cell of rows[0]) {
    head.append(cell.trim() ? make('th', { scope: 'col' }, cell.trim()) : make('td'));
  }
  for (let at = 2; at < rows.length; at += 1) {
    const row = make('tr', null, make('th', { scope: 'row' }, rows[at][0].trim()));
    for (let cell = 1; cell < rows[at].length; cell += 1) {
      row.append(make('td', null, rows[at][cell].trim()));
    }
    body.append(row);
  }
  const table = make('table', null, make('thead', null, head), body);
  return make(
    'div', { class: 'compared', role: 'region', 'aria-label': labels.compared, tabindex: '0' }, table,
  );
}

export function said(text, labels) {
  if (!text) return make('p', { class: 'changed' }, labels.changed);
  const who = make('span', { class: 'sr' }, `${labels.you}: `);
  return make('div', { class: 'said' }, who, make('span', { dir: 'auto' }, text));
}

// The cards of a reply in a row. `shop` is the widget: where pictures lie, and who is told.
export function cards(items, messageId, shop) {
  if (!items.length) return null;
  const row = make('ol', { class: 'cards' });
  for (const item of items) row.append(card(item, messageId, shop));
  if (!row.querySelector('a, button')) row.tabIndex = 0;
  return row;
}

function card(item, messageId, shop) {
  const { labels } = shop;
  const source = webAddress(item.image_url, shop.base);
  const initial = (item.title.trim()[0] || '·').toUpperCase();
  const picture = make('div', { class: 'picture', 'aria-hidden': 'true' });
  const letter = () => picture.replaceChildren(initial);
  if (source) picture.append(make('img', { src: source, alt: '', loading: 'lazy', error: letter }));
  else letter();
  const title = make('h3', { dir: 'auto' }, link(item.url, item.title, () => shop.clicked(item, messageId)));
  const price = item.price === null ? '' : money(item.price, item.currency, shop.language);
  const terms = make('p', { class: 'terms' }, make('b', null, price));
  if (item.rating !== null) {
    const stars = `★ ${item.rating.toFixed(1)}`;
    const rated = labels.rated.replace('{}', item.rating);
    terms.append(make('span', { class: 'rating', role: 'img', 'aria-label': rated }, stars));
  }
  let facts = '';
  for (const fact of item.facts) facts += `${facts && ' · '}${fact.name.replaceAll('_', ' ')}: ${fact.value}`;
  const about = make(
    'div', { class: 'about' }, title, terms,
    item.reason && make('p', { dir: 'auto' }, item.reason[0].toUpperCase() + item.reason.slice(1)),
    facts && make('p', { class: 'facts', dir: 'auto' }, facts),
    shop.sells && button('plain', labels.cart, `${labels.cart}: ${item.title}`, () => shop.bought(item, messageId)),
  );
  return make('li', { class: 'card' }, picture, about);
}

export function link(address, text, clicked) {
  const href = webAddress(address, location.href);
  if (!href) return make('span', { dir: 'auto' }, text);
  const elsewhere = new URL(href).origin !== location.origin;
  return make(
    'a', { href, dir: 'auto', click: clicked, target: elsewhere ? '_blank' : null, rel: elsewhere ? 'noopener' : null }, text,
  );
}

function money(amount, currency, language) {
  const style = { maximumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' };
  try {
    const full = currency ? { style: 'currency', currency, ...style } : style;
    return new Intl.NumberFormat(language, full).format(amount);
  } catch {
    return `${amount} ${currency || ''}`.trim();
  }
}

// A finished reply. `thumb` is the one given to it.
export function answer(reply, thumb, shop) {
  const { labels } = shop;
  const block = make('div', { class: 'reply' }, make('span', { class: 'sr' }, `${labels.assistant}: `));
  const row = cards(reply.items, reply.message_id, shop);
  if (row) block.append(row);
  if (reply.text) block.append(words(reply.text, labels));
  if (reply.citations.length) {
    const from = make('p', { class: 'sources' }, labels.sources);
    for (const entry of reply.citations) from.append(' ', link(entry.source, entry.question));
    block.append(from);
  }
  block.append(thumbs(reply.message_id, thumb, shop));
  return block;
}

function thumbs(messageId, given, shop) {
  const pair = make('div', { class: 'thumbs' });
  let now = given;
  const set = (value) => {
    now = now === value ? '' : value;
    for (const each of pair.children) each.setAttribute('aria-pressed', each.dataset.value === now);
    shop.rated(messageId, now || 'none');
  };
  for (const [value, label] of [['up', shop.labels.good], ['down', shop.labels.bad]]) {
    const attributes = { 'data-value': value, 'aria-pressed': String(now === value) };
    pair.append(button('icon', value, label, () => set(value), attributes));
  }
  return pair;
}

export function chip(held, shop) {
  const remove = button('icon', 'close', shop.labels.remove.replace('{}', held.label), () => shop.drop(held));
  return make('li', { class: held.soft ? 'soft' : null }, make('span', { dir: 'auto' }, held.label), remove);
}

export function suggestions(texts, say) {
  const row = make('div', { class: 'suggestions' });
  for (const text of texts) {
    const face = text[0].toUpperCase() + text.slice(1);
    row.append(button('plain', face, face, () => say(text)));
  }
  return row;
}

export function dots() {
  return make('div', { class: 'dots', 'aria-hidden': 'true' }, make('i'), make('i'), make('i'));
}
