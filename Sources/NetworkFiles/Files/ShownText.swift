/// Text from outside as part of a one-line message: at most 80 characters, control characters escaped.
func shown(_ text: String) -> String {
  let scalars = text.unicodeScalars
  return scalars.count > 80 ? oneLine(scalars.prefix(80)) + "…" : oneLine(scalars)
}

/// Text with its control characters escaped.
func oneLine(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var out = ""
  for scalar in scalars {
    let plain = scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80..<0xA0).contains(scalar.value)
    out += plain ? String(scalar) : scalar.escaped(asASCII: true)
  }
  return out
}
