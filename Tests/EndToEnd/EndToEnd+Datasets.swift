import BoardLink
import ChipCatalog
import Datasets
import Dispatch
import Emulator
import Glibc
import Images
import Mapper
import Networks
import ShippedTargets
import Targets
import Testing
import Training
import VirtualBoard
import Workflows

extension EndToEnd {
  @Test("digits: trained, compiled, flashed and run, every spike of all 360 test samples is the same everywhere")
  func digits() throws {
    let dataset = try Dataset.load("digits")
    let board = try Target.load("board")
    var request = TrainingRequest(dataset: dataset, target: board)
    request.options = .standard(samples: dataset.train.count)
    request.options.epochs = 2
    let outcome = try request.run()
    let document = try #require(outcome.document)
    let compilation = try Compilation(document, for: board)
    try compilation.mapping.checkInvariants(of: document.network)
    let image = try LoadedImage(name: "digits", bytes: compilation.imageBytes)
    let emulator = try ChipCatalog.emulator(for: image)
    let samples = try dataset.testSamples(for: document)
    try #require(samples.count == 360)

    let proof = try ChainProof.run(
      samples, model: try #require(outcome.model), network: document.network, emulator: emulator, threads: 2,
      progress: { _ in })
    #expect(proof.mismatches == 0, "\(proof.firstDifference ?? "")")
    #expect(proof.samples == 360)
    let neurons = document.network.neuronCount
    #expect(proof.trainingPlaces == 360 * document.ticks * neurons)
    #expect(proof.emulatorPlaces == 360 * (document.ticks + image.host.depth) * neurons)

    let server = try ServedBoard(board)
    defer { server.stop() }
    let session = try BoardSession(server.address)
    defer { session.close() }
    try compilation.imageBytes.withUnsafeBytes { _ = try session.flash($0) }
    let device = try DeviceRunner(session, image: image)
    var checksums = 0
    var spikes = 0
    let comparison = try RunComparison.run(
      samples, expected: EmulatorRunner(emulator, threads: 2), actual: device, outputs: image.host.outputCount,
      readouts: image.host.readoutCount
    ) {
      checksums += $1.checksum == nil ? 0 : 1
      spikes += $1.totalSpikes
    }
    #expect(comparison.mismatches == 0, "\(comparison.firstDifference ?? "")")
    #expect(comparison.samples == 360 && checksums == 360)

    // The four ways to run the test set find the same classes.
    var accuracies = [outcome.accuracy]
    let runners: [any SampleRunner] = [
      try ReferenceRunner(document.network, threads: 2), EmulatorRunner(emulator, threads: 2), device,
    ]
    for runner in runners {
      accuracies.append(
        try Evaluation.run(
          samples, on: runner, name: "", decoder: .spikeCount, classNames: dataset.classNames,
          outputs: image.host.outputCount, progress: { _ in }
        ).accuracy)
    }
    #expect(Set(accuracies).count == 1, "\(accuracies)")
    #expect(outcome.accuracy > 0.8)
    print(
      """
      EndToEnd, digits: 360 samples, \(proof.trainingPlaces) counts of training and interpreter, \
      \(proof.emulatorPlaces) of interpreter and emulator, \(spikes) spikes on the board, accuracy \(outcome.accuracy)
      """)
  }

  private static var hasMnist: Bool {
    guard let folder = Dataset.environmentFolder() else { return false }
    return access(folder + "/mnist", R_OK) == 0
  }

  @Test(
    "MNIST: a short epoch, and every spike of 500 test samples is the same in training, interpreter and emulator",
    .enabled(if: hasMnist, "the folder mnist is not in $SNNMAP_DATA"))
  func mnist() throws {
    let dataset = try Dataset.load("mnist")
    let board = try Target.load("board")
    let coding = InputCoding.standard(for: dataset)
    var options = TrainingOptions()
    options.epochs = 1
    let train = try EncodedSamples(
      dataset.train.selecting(Array(0..<3000)), coding: coding, ticks: options.ticks, classCount: 10)
    let model = try #require(
      try Trainer.train(.dense([128]), on: train, options: options, arithmetic: TrainingArithmetic(board.arithmetic))
        .model)
    let document = NetworkDocument(
      network: try model.network(name: "mnist"), ticks: options.ticks, coding: coding, decoder: .spikeCount,
      classNames: dataset.classNames)
    let compilation = try Compilation(document, for: board)
    try compilation.mapping.checkInvariants(of: document.network)
    let image = try LoadedImage(name: "mnist", bytes: compilation.imageBytes)
    let emulator = try ChipCatalog.emulator(for: image)
    let samples = try DatasetSamples(
      dataset.test.selecting(Array(0..<500)), coding: coding, ticks: options.ticks, inputCount: 784)
    let proof = try ChainProof.run(
      samples, model: model, network: document.network, emulator: emulator, threads: 2, progress: { _ in })
    #expect(proof.mismatches == 0, "\(proof.firstDifference ?? "")")
    #expect(proof.samples == 500)
    #expect(proof.trainingPlaces == 500 * 16 * 138)
    print(
      "EndToEnd, MNIST: 500 samples, \(proof.trainingPlaces) counts of training and interpreter, "
        + "\(proof.emulatorPlaces) of interpreter and emulator")
  }
}

/// A virtual board on a socket of its own, served by a thread of this process.
private final class ServedBoard {
  let address: DeviceAddress
  private let server: VirtualBoardServer
  private let folder: String
  private let finished = DispatchSemaphore(value: 0)

  init(_ target: Target) throws {
    var template = Array("/tmp/snnmap-end-to-end-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    server = try VirtualBoardServer(
      target: target, options: VirtualBoardOptions(socketPath: folder + "/board.sock", serial: "END-TO-END"))
    address = server.address
    DispatchQueue.global().async { [server, finished] in
      do {
        try server.run()
      } catch {
        print("the virtual board ended: \(error)")
      }
      finished.signal()
    }
  }

  func stop() {
    server.stop()
    finished.wait()
    rmdir(folder)
  }
}
