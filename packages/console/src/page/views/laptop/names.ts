const WORDS = ['sensor', 'meter', 'valve', 'lamp', 'pump', 'camera', 'gateway', 'tracker'];

/** A name and a serial number for a new device, which nobody is likely to have. */
export function suggestDevice(): { readonly deviceId: string; readonly serialNumber: string } {
  const [word = 0, ...digits] = crypto.getRandomValues(new Uint8Array(4));
  const tail = digits
    .map((digit) => digit.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 5);
  return { deviceId: `${WORDS[word % WORDS.length]}-${tail}`, serialNumber: `SN-${tail.toUpperCase()}` };
}
