import Datasets
import Networks
import ShippedTargets
import Targets
import Testing
import Training
import Workflows

@Suite("The largest hidden layer")
struct HiddenLayerSearchTests {
  @Test("64 inputs and 10 classes leave 55 hidden neurons on uCaspian, and 182 on the crossbars")
  func digits() throws {
    let digits = try Dataset.load("digits")
    for (name, size) in [("ucaspian", 55), ("tinyodin", 182), ("odin", 182)] {
      let request = TrainingRequest(dataset: digits, target: try Target.load(name))
      #expect(try HiddenLayerSearch(request).largest { .dense([$0]) } == size)
    }
  }

  @Test("a layer that never fits is told why, and a float network has no target to fit")
  func refusals() throws {
    let digits = try Dataset.load("digits")
    let xylo = TrainingRequest(dataset: digits, target: try Target.load("xylo-imu"))
    #expect(throws: (any Error).self) { try HiddenLayerSearch(xylo).largest { .dense([$0]) } }
    #expect(throws: WorkflowError.self) { try HiddenLayerSearch(TrainingRequest(dataset: digits, target: nil)) }
  }

  @Test("averaged pixels bring digits to the 16 inputs of a Xylo")
  func downscaled() throws {
    let digits = try Dataset.load("digits", options: DatasetOptions(events: EventBinning(downscale: 2)))
    #expect(digits.inputShape == [4, 4] && digits.fullScale == 255 && digits.inputCount == 16)
    var request = TrainingRequest(dataset: digits, target: try Target.load("xylo-imu"), model: .dense([4]))
    request.options.epochs = 1
    request.coding.kind = .direct
    let prepared = try request.prepared()
    #expect(prepared.coding.levels == 15)
    try prepared.checkFit()
  }
}
