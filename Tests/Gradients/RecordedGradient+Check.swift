extension RecordedGradient {
  /// Throws where a recording lacks something or contradicts its own sizes, so that no part of it is passed over.
  func check() throws {
    try require(["snnmap-golden-1", "snnmap-golden-int-1"].contains(format), "format \(format)")
    try require(sizes.count == 3, "sizes")
    try require(tickCount >= 1 && sampleCount >= 1, "T or B")
    let (inputs, hidden, outputs) = (sizes[0], sizes[1], sizes[2])
    try rows(input, inputs, "X")
    try require(labels.count == sampleCount && labels.allSatisfy { (0..<outputs).contains($0) }, "y")
    for (matrix, to, from, name) in [
      (parameters.weights1, hidden, inputs, "W1"), (parameters.weights2, outputs, hidden, "W2"),
      (gradient.weights1, hidden, inputs, "grad W1"), (gradient.weights2, outputs, hidden, "grad W2"),
    ] {
      try require(matrix.count == to && matrix.allSatisfy { $0.count == from }, name)
    }
    for (vector, count, name) in [
      (parameters.biases1, hidden, "b1"), (parameters.biases2, outputs, "b2"), (gradient.biases1, hidden, "grad b1"),
      (gradient.biases2, outputs, "grad b2"),
    ] {
      try require(vector.count == count, name)
    }
    if recurrent {
      for (matrix, name) in [(parameters.recurrent1, "V1"), (gradient.recurrent1, "grad V1")] {
        try require(matrix?.count == hidden && matrix?.allSatisfy { $0.count == hidden } == true, name)
      }
    }
    try rows(forward.spikes1, hidden, "S1")
    try rows(forward.spikes2, outputs, "S2")
    try rows(forward.membranes1, hidden, "U1")
    try rows(forward.membranes2, outputs, "U2")
    if isInteger {
      try require(shift?.count == 2 && theta?.count == 2 && membraneLimit != nil, "shift, theta or membrane_limit")
    } else {
      try require(decay == nil && reset != nil, "reset")
      try require(parameters.alpha?.count == 2 && parameters.theta?.count == 2, "alpha or theta")
      try rows(adjoint?.adjoint1, hidden, "eps1")
      try rows(adjoint?.adjoint2, outputs, "eps2")
      try rows(gradient.input, inputs, "grad X")
    }
  }

  private func require(_ holds: Bool, _ what: String) throws {
    if !holds { throw UnknownRecording(what: "or missing \(what)") }
  }

  /// [tick][sample][width].
  private func rows<Value>(_ rows: [[[Value]]]?, _ width: Int, _ name: String) throws {
    guard let rows else { throw UnknownRecording(what: "or missing \(name)") }
    try require(
      rows.count == tickCount && rows.allSatisfy { $0.count == sampleCount && $0.allSatisfy { $0.count == width } },
      name)
  }
}
