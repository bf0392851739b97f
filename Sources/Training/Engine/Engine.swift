import Datasets
import Kernels
import Synchronization
import Threads

/// The forward and backward passes of a network, in floats or in integers.
///
/// A task is a block of samples; nothing waits for another tick or layer. A group of samples leaves its active inputs
/// and the derivatives by the weighted inputs behind; then the gradient of each weight row is summed over the samples in
/// order. So the same samples give the same bits on any number of threads.
///
/// Source of the equations: docs/training.md.
final class Engine<R: KernelScalar>: @unchecked Sendable {
  let plan: ModelPlan
  let parameters: [PopulationParameters<R>]
  let surrogate: Surrogate
  let resetGradient: ResetGradient
  let kernels: KernelSet
  let populations: [PreparedPopulation<R>]
  let pool: WorkerPool
  /// Samples whose traces are kept until their gradients are summed.
  let groupSize: Int
  /// Samples of a task.
  let block: Int
  private(set) var stores: [GroupStore<R>] = []
  /// The loss by the inputs of the last group, [sample][ticks][belowCount of the first population]; where it is
  /// recorded, and then adjoints are kept of every tick.
  private(set) var inputGradient: AlignedBuffer<R>?
  let recordsInputGradient: Bool
  private var workers: [SampleWorker<R>?]
  private var viewers: [SampleWorker<R>?]

  /// - Parameters:
  ///   - parameters: one a population; gradients are added to theirs.
  ///   - integers: the populations in the target's integers; nil for a forward pass in floats.
  ///   - groupSize: a multiple of 8, or less.
  init(
    plan: ModelPlan, parameters: [PopulationParameters<R>], integers: [IntegerPopulation]?, surrogate: Surrogate,
    resetGradient: ResetGradient, pool: WorkerPool, groupSize: Int, kernels: KernelSet,
    recordsInputGradient: Bool = false
  ) {
    precondition(parameters.count == plan.populations.count && groupSize >= 1)
    if let integers { precondition(integers.count == plan.populations.count) }
    (self.plan, self.parameters, self.kernels) = (plan, parameters, kernels)
    (self.surrogate, self.resetGradient, self.groupSize) = (surrogate, resetGradient, groupSize)
    self.recordsInputGradient = recordsInputGradient
    populations = plan.populations.enumerated().map { index, population in
      PreparedPopulation(
        plan: population, parameters: parameters[index], integers: integers?[index],
        descends: index > 0 || recordsInputGradient, mergesFrames: !recordsInputGradient, kernels: kernels)
    }
    // Recurrent weights are read once for all samples of a block.
    block = plan.populations.contains { $0.recurrentDelay != nil } ? min(8, groupSize) : 1
    self.pool = pool
    self.workers = Array(repeating: nil, count: pool.workers)
    viewers = Array(repeating: nil, count: pool.workers)
    prepare()
  }

  /// Takes over what has changed of weights, biases, thresholds and leaks.
  func prepare() {
    for population in populations { population.prepare(surrogate: surrogate, resetGradient: resetGradient) }
  }

  /// Runs samples forward and backward, and adds their gradients, a sum over the samples, to the parameters.
  ///
  /// - Throws: `.data` where a sample cannot be read.
  func train(
    _ batch: [BatchSample], source: any SampleSource, loss: some SampleLoss
  ) throws(TrainingError) -> [SampleOutcome] {
    if stores.isEmpty { makeStores() }
    for index in workers.indices where workers[index] == nil { workers[index] = makeWorker(trains: true) }
    let workers = workers.compactMap { $0 }, stores = stores, recorded = inputGradient
    let outcomes = OutcomeRows(count: batch.count)
    for start in stride(from: 0, to: batch.count, by: groupSize) {
      let group = batch[start..<min(start + groupSize, batch.count)]
      try run(group, source: source, workers: workers) { worker, samples, first in
        worker.train(
          samples, first: first, stores: stores, loss: loss, inputGradient: recorded,
          outcomes: UnsafeMutableBufferPointer(rebasing: outcomes.elements[start...]))
      }
      sumGradients(group.count)
    }
    return Array(outcomes.elements)
  }

  /// Runs samples forward.
  ///
  /// - Throws: `.data` where a sample cannot be read.
  func evaluate(
    _ batch: [BatchSample], source: any SampleSource, loss: some SampleLoss
  ) throws(TrainingError) -> [SampleOutcome] {
    let workers = evaluationWorkers()
    let outcomes = OutcomeRows(count: batch.count)
    try run(batch[...], source: source, workers: workers) { worker, samples, first in
      for (place, sample) in samples.enumerated() {
        worker.forward(place, stores: nil, place: 0)
        outcomes.elements[first + place] = worker.judge(place, label: sample.label, loss: loss).outcome
      }
    }
    return Array(outcomes.elements)
  }

  /// Reads the samples of each block and does `body`, blocks in parallel.
  private func run(
    _ samples: ArraySlice<BatchSample>, source: any SampleSource, workers: [SampleWorker<R>],
    _ body: @escaping @Sendable (_ worker: SampleWorker<R>, _ samples: ArraySlice<BatchSample>, _ first: Int) -> Void
  ) throws(TrainingError) {
    let failure = FirstFailure()
    let block = block
    pool.run((samples.count + block - 1) / block) { worker, task in
      let worker = workers[worker], first = task * block
      let part = samples[samples.startIndex + first..<min(samples.startIndex + first + block, samples.endIndex)]
      do throws(DatasetError) {
        for (place, sample) in part.enumerated() { try worker.encode(sample, of: source, place: place) }
        body(worker, part, first)
      } catch {
        failure.note(error, task: task)
      }
    }
    if let error = failure.error { throw .data(error) }
  }

  /// The workers of the training, or others that keep nothing for a backward pass.
  func evaluationWorkers() -> [SampleWorker<R>] {
    let made = workers.compactMap { $0 }
    if made.count == workers.count { return made }
    for index in viewers.indices where viewers[index] == nil { viewers[index] = makeWorker(trains: false) }
    return viewers.compactMap { $0 }
  }

  private func makeWorker(trains: Bool) -> SampleWorker<R> {
    SampleWorker(
      populations: populations, input: plan.input, ticks: plan.ticks, block: block, trains: trains, kernels: kernels)
  }

  private func makeStores() {
    stores = populations.map {
      GroupStore($0, ticks: plan.ticks, samples: groupSize, blocks: (groupSize + block - 1) / block)
    }
    if recordsInputGradient {
      inputGradient = AlignedBuffer(count: groupSize * plan.ticks * populations[0].belowCount, repeating: 0)
    }
  }
}

/// Places for the outcomes of samples, which tasks write.
private final class OutcomeRows: @unchecked Sendable {
  let elements: UnsafeMutableBufferPointer<SampleOutcome>

  init(count: Int) {
    elements = .allocate(capacity: count)
    elements.initialize(repeating: SampleOutcome(loss: 0, predicted: 0, spikes: []))
  }

  deinit {
    elements.deinitialize()
    elements.deallocate()
  }
}

/// The error of the first task that failed, whichever came first in time.
private final class FirstFailure: Sendable {
  private let first = Mutex<(task: Int, error: DatasetError)?>(nil)

  func note(_ error: DatasetError, task: Int) {
    first.withLock { if task < $0?.task ?? .max { $0 = (task, error) } }
  }

  var error: DatasetError? { first.withLock { $0?.error } }
}
