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

// Follow the conversation unless the shopper has scrolled up to read.
const talk = element.closest('#talk');
if (talk) {
  let following = true;
  talk.addEventListener('scroll', () => {
    following = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 160;
  });
  const follow = () => { if (following) talk.scrollTop = talk.scrollHeight; };
  new MutationObserver((changes) => {
    const asked = changes.some((change) => [...change.addedNodes].some(
      (node) => node.classList && node.classList.contains('said')));
    if (asked) following = true;
    follow();
  }).observe(element, { childList: true, subtree: true, characterData: true });
  element.addEventListener('load', follow, true);
}
