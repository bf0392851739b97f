import FoundationEssentials
import Kernels
import Testing
import Training

/// Everything that was recorded of spiking networks and their gradients.
@Suite("Gradients")
struct RecordedGradientTests {
  /// The recordings below `$SNNMAP_GOLDEN` when that is set, else the project's copy.
  static var folder: String {
    if let outside = ProcessInfo.processInfo.environment["SNNMAP_GOLDEN"], !outside.isEmpty {
      return outside + "/gradients"
    }
    let here = String(describing: #filePath).split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return here.joined(separator: "/") + "/Goldens"
  }

  @Test("every recorded network is reproduced in its precisions, by every variant of the kernels")
  func replay() throws {
    guard FileManager.default.fileExists(atPath: Self.folder) else {
      print("skipped: SNNMAP_GOLDEN has no folder gradients")
      return
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { !$0.hasPrefix(".") }.sorted()
    var replayed = 0
    for file in files {
      do {
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/" + file))
        let golden = try JSONDecoder().decode(RecordedGradient.self, from: data)
        try golden.check()
        for variant in KernelVariant.supported {
          let double = try golden.probe(as: Double.self, variant: variant)
          let single = try golden.probe(as: Float.self, variant: variant)
          try compare(golden, double, tolerance: golden.isInteger ? 1e-10 : 1e-12, file)
          try compare(golden, single, tolerance: 1e-5, file)
        }
        replayed += 1
      } catch {
        Issue.record("\(file): \(error)")
      }
    }
    print("replayed \(replayed) files of gradients")
    #expect(replayed == files.count && replayed > 0)
  }

  private func compare(_ golden: RecordedGradient, _ probe: GradientProbe, tolerance: Double, _ file: String) throws {
    let samples = Double(golden.samples)
    for (layer, (spikes, membranes)) in [
      (golden.forward.spikes1, golden.forward.membranes1), (golden.forward.spikes2, golden.forward.membranes2),
    ].enumerated() {
      for sample in 0..<golden.samples {
        #expect(probe.spikes[sample][layer] == spikes.flatMap { $0[sample] }, "\(file): S\(layer + 1)")
        let expected = membranes.flatMap { $0[sample] }, found = probe.membranes[sample][layer]
        if golden.isInteger {
          #expect(found == expected, "\(file): U\(layer + 1)")
        } else {
          expect(found, near: expected, tolerance, "\(file): U\(layer + 1)")
        }
      }
    }
    expect([probe.outcomes.map(\.loss).reduce(0, +) / samples], near: [golden.forward.loss], tolerance, "\(file): loss")
    let gradient = golden.gradient
    func scaled(_ values: [Double]?) -> [Double] { (values ?? []).map { $0 / samples } }
    expect(scaled(probe.gradients[0].weights), near: gradient.weights1.transposed, tolerance, "\(file): W1")
    expect(scaled(probe.gradients[1].weights), near: gradient.weights2.transposed, tolerance, "\(file): W2")
    expect(scaled(probe.gradients[0].biases), near: gradient.biases1, tolerance, "\(file): b1")
    expect(scaled(probe.gradients[1].biases), near: gradient.biases2, tolerance, "\(file): b2")
    if golden.recurrent {
      let recorded = try #require(gradient.recurrent1)
      expect(scaled(probe.gradients[0].recurrent), near: recorded.transposed, tolerance, "\(file): V1")
    }
    // Each is a sum over all neurons, samples and ticks whose terms may cancel: the greatest of the four tells what rounding is
    // worth.
    if !golden.isInteger {
      let recorded = try [gradient.alpha1, gradient.alpha2, gradient.theta1, gradient.theta2].map { try #require($0) }
      let found = [
        probe.gradients[0].leak, probe.gradients[1].leak, probe.gradients[0].threshold, probe.gradients[1].threshold,
      ]
      expect(found.map { $0 / samples }, near: recorded, tolerance, "\(file): alpha1, alpha2, theta1, theta2")
    }
    for sample in 0..<golden.samples {
      if let recorded = gradient.input {
        let expected = recorded.flatMap { $0[sample] }, greatest = recorded.joined().joined().map(\.magnitude).max()
        expect(scaled(probe.inputGradient[sample]), near: expected, tolerance, "\(file): X", scale: greatest)
      }
      if let adjoint = golden.adjoint {
        for (layer, recorded) in [adjoint.adjoint1, adjoint.adjoint2].enumerated() {
          let expected = recorded.flatMap { $0[sample] }, greatest = recorded.joined().joined().map(\.magnitude).max()
          expect(
            scaled(probe.adjoints[sample][layer]), near: expected, tolerance, "\(file): eps\(layer + 1)",
            scale: greatest)
        }
      }
    }
  }
}

/// Within a share of the greatest magnitude of what is expected; nothing is near what is no number.
func expect(_ found: [Double], near expected: [Double], _ tolerance: Double, _ name: String, scale: Double? = nil) {
  let scale = scale ?? expected.map(\.magnitude).max() ?? 0
  let differences = zip(found, expected).map { ($0 - $1).magnitude }
  #expect(found.count == expected.count && !expected.isEmpty, "\(name): \(found.count) values for \(expected.count)")
  #expect(
    differences.allSatisfy { $0 <= tolerance * scale }, "\(name): off by \(differences.max() ?? 0) of \(scale)")
}
