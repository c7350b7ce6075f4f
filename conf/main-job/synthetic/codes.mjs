// codes.mjs - enterprise codes: GB 32100-2015 (unified social credit code), GB 11714-1997 (the
// organisation code inside it) and the 15-digit registration number GS 15-2006.

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';        // no I, O, S, V, Z
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

// The 18th character over the first 17: (31 - sum of value * 3^i mod 31) mod 31.
export function usccCheck(first17) {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += ALPHABET.indexOf(first17[i]) * WEIGHTS[i];
  return ALPHABET[(31 - (sum % 31)) % 31];
}

export function usccValid(code) {
  return /^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(code) &&
    usccCheck(code.slice(0, 17)) === code[17];
}

// The 9th character of an organisation code over its first eight (0-9 A-Z, A = 10).
export function organisationCheck(first8) {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += parseInt(first8[i], 36) * ORGANISATION_WEIGHTS[i];
  return '0123456789X0'[11 - (sum % 11)];
}

// The 15th digit of a registration number over its first 14 (ISO 7064, MOD 11,10).
export function registrationCheck(first14) {
  let product = 10;
  for (const digit of first14) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}

export function registrationValid(number) {
  return /^[0-9]{15}$/.test(number) && registrationCheck(number.slice(0, 14)) === number[14];
}

// Organisation codes are issued as digits or under M…; these begin with HC, so that no synthetic
// subject carries the code of a real one. `serial` 0 … 999999 makes them unique.
export function makeUscc(prefix2, region, serial) {
  const body = `HC${String(serial).padStart(6, '0')}`;
  const first17 = prefix2 + region + body + organisationCheck(body);
  return first17 + usccCheck(first17);
}

export function makeRegistration(region, serial) {
  const first14 = `${region}99${String(serial).padStart(6, '0')}`;
  return first14 + registrationCheck(first14);
}

// The same code with another last character.
export function spoilCheck(code) {
  const at = ALPHABET.indexOf(code[17]);
  return code.slice(0, 17) + ALPHABET[(at + 1) % ALPHABET.length];
}
