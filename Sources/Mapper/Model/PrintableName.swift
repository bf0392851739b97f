extension String {
  /// The text with every scalar that would steer a terminal or break the line escaped: ESC is "\u{1b}" in letters.
  ///
  /// Names come from files of others; JSON carries them as they are.
  var printable: String {
    if !unicodeScalars.contains(where: \.isSteering) { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isSteering {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension Unicode.Scalar {
  /// Whether it is a control, a separator of lines or an invisible mark such as one that turns the direction.
  fileprivate var isSteering: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
