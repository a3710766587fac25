/** The size of AV1 pictures, read off a key frame: browsers tell it of every codec but this one. */
const SEQUENCE_HEADER = 1;

class Bits {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  take(count: number): number {
    let number = 0;
    for (; count > 0; count--, this.#at++) number = (number << 1) | ((this.bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1);
    return number;
  }
}

/** Width and height, or null where there is no sequence header or one of a kind that no meeting sends. */
export function sizeOf(frame: ArrayBuffer): [number, number] | null {
  const bytes = new Uint8Array(frame);
  let at = 0;
  while (at < bytes.length) {
    const header = bytes[at]!, hasSize = header & 2;
    at += header & 4 ? 2 : 1;
    let size = bytes.length - at;
    if (hasSize) {
      size = 0;
      for (let shift = 0; at < bytes.length; shift += 7) {
        const byte = bytes[at++]!;
        size |= (byte & 0x7f) << shift;
        if (!(byte & 0x80)) break;
      }
    }
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return sizeIn(new Bits(bytes.subarray(at, at + size)));
    at += size;
  }
  return null;
}

function sizeIn(bits: Bits): [number, number] | null {
  bits.take(4);
  const reduced = bits.take(1);
  if (reduced) {
    bits.take(5);
  } else {
    // With timing information much else could follow; nobody puts it into a meeting's stream.
    if (bits.take(1)) return null;
    const delays = bits.take(1);
    for (let points = bits.take(5) + 1; points > 0; points--) {
      bits.take(12);
      if (bits.take(5) > 7) bits.take(1);
      if (delays && bits.take(1)) bits.take(4);
    }
  }
  const widthBits = bits.take(4) + 1, heightBits = bits.take(4) + 1;
  return [bits.take(widthBits) + 1, bits.take(heightBits) + 1];
}
