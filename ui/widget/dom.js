// Names, attributes and children -> elements. Text is only ever text: nothing here reads markup.
// Loops are written out: the host page may have broken the methods of Array.

const SVG = 'http://www.w3.org/2000/svg';
const ICONS = {
  chat: 'M4 5h16v11H9l-5 4z',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  renew: 'M12 5v14M5 12h14',
  up: 'M7 11v9H4v-9zm3 9h7a2 2 0 0 0 2-2l1-6a2 2 0 0 0-2-2h-4l1-4a2 2 0 0 0-2-2l-3 6z',
  down: 'M17 13V4h3v9zm-3-9H7a2 2 0 0 0-2 2l-1 6a2 2 0 0 0 2 2h4l-1 4a2 2 0 0 0 2 2l3-6z',
};

// An element. A function is a listener; null, undefined and false are left out.
export function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const name of Object.keys(attributes || {})) {
    const value = attributes[name];
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value);
    }
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

// A button: `face` is an icon's name, or else its text; `label` names it where the face does not.
export function button(kind, face, label, act, attributes) {
  const isIcon = Object.hasOwn(ICONS, face);
  const all = { type: 'button', class: kind, 'aria-label': isIcon || label !== face ? label : null };
  if (isIcon) all.title = label;
  return make('button', Object.assign(all, { click: act }, attributes), isIcon ? icon(face) : face);
}

function icon(name) {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  drawing.append(path);
  return drawing;
}

// The address if a page may lead there: http or https. Relative ones are of `base`.
export function webAddress(address, base) {
  try {
    const url = new URL(address, base);
    return address && /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
