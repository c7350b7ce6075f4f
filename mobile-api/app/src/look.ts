// How it looks to this user: text size, and dark or light where he does not leave it to the phone.

export const SIZES = { normal: '16px', large: '19px', huge: '22px' };

export function applyLook(): void {
  const root = document.documentElement;
  const size = localStorage.getItem('text-size') as keyof typeof SIZES | null;
  root.style.fontSize = SIZES[size ?? 'normal'] ?? SIZES.normal;
  const dark = localStorage.getItem('theme') ??
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.classList.toggle('dark', dark === 'dark');
}
