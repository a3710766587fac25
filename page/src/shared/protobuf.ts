/** Reads protobuf without a schema: numbered fields, of which a reader has to know what they are. */

const VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5;
const WIRE_BITS = 3n, WIRE_MASK = 7n;

type Value = bigint | Uint8Array;

export class Fields {
  readonly #fields: Map<number, Value[]>;

  private constructor(fields: Map<number, Value[]>) {
    this.#fields = fields;
  }

  /** null when the bytes are no message. */
  static read(bytes: Uint8Array): Fields | null {
    const fields = new Map<number, Value[]>(), input = new Input(bytes);
    while (!input.done) {
      const tag = input.varint();
      const value = tag === null ? null : input.value(Number(tag & WIRE_MASK));
      if (tag === null || value === null || tag >> WIRE_BITS === 0n) return null;
      const number = Number(tag >> WIRE_BITS), known = fields.get(number);
      if (known) known.push(value);
      else fields.set(number, [value]);
    }
    return new Fields(fields);
  }

  has(number: number): boolean {
    return this.#fields.has(number);
  }

  /** Every message of a repeated field. */
  messages(number: number): Fields[] {
    return (this.#fields.get(number) ?? []).flatMap((value) => value instanceof Uint8Array ? Fields.read(value) ?? [] : []);
  }

  /** The messages that a way through messages leads to. */
  at(...way: number[]): Fields[] {
    return way.reduce<Fields[]>((found, number) => found.flatMap((each) => each.messages(number)), [this]);
  }

  /** The last value counts, as everywhere in protobuf. */
  number(number: number): number | null {
    const value = this.#fields.get(number)?.at(-1);
    return typeof value === "bigint" ? Number(value) : null;
  }

  /** A text; of a number its digits, because ids come as either. */
  text(number: number): string | null {
    const value = this.#fields.get(number)?.at(-1);
    if (value instanceof Uint8Array) return new TextDecoder().decode(value);
    return value === undefined ? null : String(value);
  }
}

class Input {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  varint(): bigint | null {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) return null;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return null;
  }

  value(wire: number): Value | null {
    switch (wire) {
      case VARINT: return this.varint();
      case FIXED64: return this.#take(8);
      case FIXED32: return this.#take(4);
      case BYTES: {
        const length = this.varint();
        return length === null ? null : this.#take(Number(length));
      }
      default: return null;
    }
  }

  #take(length: number): Uint8Array | null {
    const end = this.#at + length;
    if (end > this.bytes.length) return null;
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
