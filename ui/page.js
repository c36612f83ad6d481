// Runs once for each part of the page that can be clicked; `element` is the part and `trigger`
// tells the server. What a click means stands in the data attributes of the button.
const busy = () => document.querySelector('.reply[aria-busy="true"]') !== null;

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || busy()) return;
  const { say, thumb, message, field, facet, value, detach } = button.dataset;
  if (say) trigger('suggest', { text: say });
  if (thumb) {
    const given = button.getAttribute('aria-pressed') === 'true' ? 'none' : thumb;
    trigger('rate', { message_id: message, value: given });
  }
  if (field) trigger('drop', { field, facet, value });
  if (detach) trigger('detach', {});
});

// A photo is made small before it leaves the browser, which also leaves behind where it was taken.
const small = async (file) => {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 448 / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
};
element.addEventListener('change', async (event) => {
  const [file] = event.target.files ?? [];
  if (!file) return;
  event.target.value = '';
  trigger('attach', { photo: await small(file).catch(() => '') });
});

// A picture that cannot be loaded leaves the product's initial.
element.addEventListener('error', (event) => {
  if (event.target.tagName === 'IMG') event.target.remove();
}, true);

// Follow the conversation unless the shopper has scrolled up to read, and never so far that what
// was asked last, and so the first card of its answer, leaves the top.
const talk = element.closest('#talk');
if (talk) {
  let following = true;
  const goal = () => {
    const asked = [...talk.querySelectorAll('.said')].pop();
    const end = talk.scrollHeight - talk.clientHeight;
    if (!asked) return end;
    const top = asked.getBoundingClientRect().top - talk.getBoundingClientRect().top;
    return Math.min(end, talk.scrollTop + top - 12);
  };
  const follow = () => { if (following) talk.scrollTop = goal(); };
  talk.addEventListener('wheel', () => { following = false; }, { passive: true });
  talk.addEventListener('touchmove', () => { following = false; }, { passive: true });
  let asked = 0;
  new MutationObserver(() => {
    const now = talk.querySelectorAll('.said').length;
    if (now !== asked) following = true;
    asked = now;
    follow();
  }).observe(element, { childList: true, subtree: true, characterData: true });
  element.addEventListener('load', follow, true);
}
