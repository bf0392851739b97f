import Reports
import Training
import TrainingRuns
import Workflows

/// A training run as a user sees it: a bar while it runs, warnings behind it, and what to do after Ctrl-C.
struct TrainingDisplay {
  let training: RecordedTraining
  let isQuiet: Bool
  let hasSummary: Bool

  init(_ training: RecordedTraining, isQuiet: Bool, hasSummary: Bool) {
    self.training = training
    self.isQuiet = isQuiet
    self.hasSummary = hasSummary
  }

  func run() throws -> TrainingOutcome {
    let bar = ProgressBar("train", isQuiet: isQuiet)
    var speed = SampleSpeed()
    let start = training.completeEpochs * training.prepared.train.count
    if training.beginsAgain && !isQuiet {
      Output.error("\(training.path): there is no checkpoint, so that the run begins again")
    }
    bar.begin(at: start)
    Interruption.letFinish()
    do {
      let outcome = try training.run(
        clock: { MonotonicClock.seconds },
        progress: { step in
          let done = (step.epoch - 1) * step.samplesPerEpoch + step.samples
          bar.update(
            done, of: step.epochs * step.samplesPerEpoch, detail: Self.text(step, speed.measure(done)))
        }, isCancelled: { Interruption.isAsked })
      bar.finish()
      Interruption.endAtOnce()
      if !isQuiet { for warning in outcome.warnings { Output.error("warning: \(warning)") } }
      return outcome
    } catch TrainingError.cancelled where Interruption.isAsked {
      bar.finish()
      Interruption.endInterrupted(
        training.isResumable ? "interrupted; go on with snnmap train --resume \(training.path)" : "interrupted")
    } catch {
      bar.finish()
      // An interruption that came too late for a checkpoint is none.
      Interruption.endAtOnce()
      throw error
    }
  }

  private static func text(_ step: TrainingProgress, _ speed: Double?) -> String {
    var text =
      "epoch \(step.epoch) of \(step.epochs)\(step.isFloat ? " (floats)" : "")  loss \(NumberText.fixed(step.loss, 3))  "
      + "accuracy \(NumberText.percent(step.accuracy, decimals: 1))  "
      + "spikes \(NumberText.fixed(step.spikesPerSample.reduce(0, +), 0))"
    if let speed { text += "  \(NumberText.grouped(Int(speed))) samples/s" }
    return text
  }
}

/// Samples a second over the last seconds.
private struct SampleSpeed {
  private var last: (seconds: Double, samples: Int)?
  private var speed: Double?

  mutating func measure(_ samples: Int) -> Double? {
    let now = MonotonicClock.seconds
    guard let before = last else {
      last = (now, samples)
      return nil
    }
    if now - before.seconds >= 1 {
      speed = Double(samples - before.samples) / (now - before.seconds)
      last = (now, samples)
    }
    return speed
  }
}

/// The result of `train` for people.
enum TrainingText {
  static func text(_ summary: TrainingSummary) -> String {
    var parts = [summary.network]
    if let layers = summary.layers { parts.append(layers.map(String.init).joined(separator: "-")) }
    parts.append(summary.weightBits.map { "\($0)-bit weights" } ?? summary.precision)
    parts.append("\(summary.ticks) ticks")
    parts.append("\(summary.epochs) \(summary.epochs == 1 ? "epoch" : "epochs")")
    if summary.keptEpoch != summary.epochs { parts.append("the one kept is \(summary.keptEpoch)") }
    parts.append(NumberText.seconds(summary.seconds))
    var lines = [(summary.output ?? summary.run ?? summary.network) + ": " + parts.joined(separator: ", ")]
    lines.append(
      "test accuracy: \(NumberText.percent(summary.accuracy)) of \(NumberText.grouped(summary.samples)) samples")
    if let emulated = summary.emulatedAccuracy {
      let gap = emulated - summary.accuracy
      lines.append(
        "on the emulator: \(NumberText.percent(emulated)), "
          + (gap == 0
            ? "as in training" : "\(NumberText.percent(gap.magnitude)) \(gap < 0 ? "below" : "above") training"))
    }
    lines += summary.neurons.map { text($0.figures) }
    if let run = summary.run { lines.append("run: \(run)") }
    return lines.joined(separator: "\n")
  }

  /// `hidden1: threshold 0.913 (integer 187), leak 0.8831, on the target 0.875`.
  private static func text(_ neurons: NeuronFigures) -> String {
    var parts: [String] = []
    if neurons.trainsThreshold, let threshold = neurons.threshold {
      let integer = neurons.integerThreshold.map { " (integer \($0))" } ?? ""
      parts.append("threshold \(NumberText.fixed(threshold, 4))\(integer)")
    }
    for (name, leak) in [("leak", neurons.leak), ("current leak", neurons.currentLeak)] {
      guard let leak, leak.isTrained || leak.isRounded else { continue }
      let target = leak.targetFactor.map { ", on the target \(NumberText.fixed($0, 4))" } ?? ""
      parts.append("\(name) \(NumberText.fixed(leak.factor, 4))\(target)")
    }
    return "\(neurons.name): \(parts.joined(separator: "; "))"
  }
}
