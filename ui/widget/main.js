// A script tag or the page's own call -> the widget on the page, and `ChatRec` to steer it by.
import { ChatRecElement } from './element.js';

const script = document.currentScript;
const NAME = 'chatrec-widget';

let widget = null;

// Puts the widget on the page; one that is there goes. Returns its element.
function init(options = {}) {
  destroy();
  widget = document.createElement(NAME);
  const api = new URL(options.api || '.', script ? script.src : location.href).href;
  widget.configure({ ...options, api: api.replace(/\/$/, '') });
  const { target } = options;
  const place = typeof target === 'string' ? document.querySelector(target) : target;
  if (target && !place) throw new Error(`ChatRec: there is no ${target} on the page`);
  (place || document.body).append(widget);
  return widget;
}

function destroy() {
  if (widget) widget.remove();
  widget = null;
}

// data-lang="de" -> lang; data-label-send="Los" -> labels.send; data-starters="tents|boots" -> a list
function optionsOf(data) {
  const options = { labels: {} };
  for (const name of Object.keys(data)) {
    const value = data[name];
    const label = /^label(.+)$/.exec(name);
    if (label) options.labels[label[1].toLowerCase()] = value;
    else if (name === 'starters') options.starters = value.split('|');
    else if (name === 'open' || name === 'cart') options[name] = value !== 'false';
    else options[name] = value;
  }
  return options;
}

function begin() {
  if (script && !('manual' in script.dataset)) init(optionsOf(script.dataset));
  document.dispatchEvent(new CustomEvent('chatrec:ready'));
}

customElements.define(NAME, ChatRecElement);
window.ChatRec = Object.freeze({
  init,
  destroy,
  open: () => widget && widget.open(),
  close: () => widget && widget.close(),
});
if (document.body) begin();
else addEventListener('DOMContentLoaded', begin);
