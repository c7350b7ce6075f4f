// Tells the public pages that this browser is an inspector's, so that it rates no visit
// (fcgi/public/rating.c). It says no more: not whose, nor which phone.

const KEPT_S = 400 * 86400; // as long as a browser keeps anything

export function markBrowser(): void {
  const path = new URL('../public/notices', document.baseURI).pathname;
  document.cookie = `liancha-device=1; Path=${path}; Max-Age=${KEPT_S}; SameSite=Strict` +
    (location.protocol === 'https:' ? '; Secure' : '');
}
