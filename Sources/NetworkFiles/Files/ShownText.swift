/// Text from outside as part of a one-line message: at most 80 characters, control characters escaped.
package func shown(_ text: String) -> String {
  let scalars = text.unicodeScalars
  return scalars.count > 80 ? oneLine(scalars.prefix(80)) + "…" : oneLine(scalars)
}

/// Names from outside as part of a one-line message: at most 16 of them.
package func shown(_ names: [String]) -> String {
  names.prefix(16).map { shown($0) }.joined(separator: ", ") + (names.count > 16 ? ", …" : "")
}

/// Text with its control characters and line breaks escaped: what a terminal would obey.
package func oneLine(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var out = ""
  for scalar in scalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: out += scalar.escaped(asASCII: true)
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out
}

/// Whether a name holds a character below U+0020 or U+007F.
package func hasControlCharacters(_ name: String) -> Bool {
  name.utf8.contains { $0 < 0x20 || $0 == 0x7F }
}
