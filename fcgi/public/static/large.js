// large.js - 大字版: larger text on every page, for who chose it once on this device.

const KEY = 'liancha-large';
const button = document.createElement('button');
const kept = () => { try { return localStorage.getItem(KEY) === '1'; } catch { return false; } };

function show(large) {
  document.documentElement.classList.toggle('large', large);
  button.setAttribute('aria-pressed', String(large));
}

button.type = 'button';
button.textContent = '大字版';
button.className = 'large-print';
button.addEventListener('click', () => {
  const large = button.getAttribute('aria-pressed') !== 'true';
  try { localStorage.setItem(KEY, large ? '1' : '0'); } catch { /* for this page alone, then */ }
  show(large);
});
show(kept());
document.querySelector('.banner .wrap').append(button);
