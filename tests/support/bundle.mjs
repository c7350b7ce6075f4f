// bundle.mjs - a published bundle, forged.

// The bundle with one file changed by fn (bytes -> bytes of any length, or null to leave it out).
export function rebundle(bytes, name, fn) {
  const blocks = [];
  const text = (at, size) => bytes.subarray(at, at + size).toString('utf8').replace(/\0.*$/s, '');
  for (let at = 0; bytes[at] !== 0;) {
    const size = parseInt(text(at + 124, 12), 8);
    const end = at + 512 + Math.ceil(size / 512) * 512;
    if (text(at, 100) !== name) blocks.push(bytes.subarray(at, end));
    else {
      const changed = fn(Buffer.from(bytes.subarray(at + 512, at + 512 + size)));
      if (changed) blocks.push(header(bytes.subarray(at, at + 512), changed.length), changed,
        Buffer.alloc((512 - changed.length % 512) % 512));
    }
    at = end;
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(old, size) {
  const block = Buffer.from(old);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.fill(' ', 148, 156);
  const sum = block.reduce((a, b) => a + b, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
