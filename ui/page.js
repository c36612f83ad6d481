// Runs once for each part of the page that can be clicked; `element` is the part and `trigger`
// tells the server. What a click means stands in the data attributes of the button.
const busy = () => document.querySelector('.reply[aria-busy="true"]') !== null;

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || busy()) return;
  const { say, thumb, message, field, facet, value } = button.dataset;
  if (say) trigger('suggest', { text: say });
  if (thumb) {
    const given = button.getAttribute('aria-pressed') === 'true' ? 'none' : thumb;
    trigger('rate', { message_id: message, value: given });
  }
  if (field) trigger('drop', { field, facet, value });
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
