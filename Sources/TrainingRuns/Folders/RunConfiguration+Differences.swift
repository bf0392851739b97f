import Training

extension RunConfiguration {
  /// What differs between two runs, in words: `batch_size: 64 in the run, 32 now`. Versions of the program may differ.
  public static func differences(
    _ stored: (RunConfiguration, ModelFile), _ asked: (RunConfiguration, ModelFile)
  ) -> [String] {
    var found: [String] = []
    for (before, now) in zip(pairs(stored.0, stored.1), pairs(asked.0, asked.1)) where before.text != now.text {
      found.append("\(before.name) (\(before.text) in the run, \(now.text) now)")
    }
    if stored.1.model != asked.1.model { found.append("the layers") }
    return found
  }

  private static func pairs(_ run: RunConfiguration, _ file: ModelFile) -> [(name: String, text: String)] {
    let none = "none"
    let (data, target, initial) = (run.data, run.target, run.initial)
    let (events, coding) = (data.events, data.coding)
    var pairs: [(String, String)] = [
      ("name", run.name), ("data", data.given), ("the samples' digest", short(data.sha256)),
      (
        "coding",
        "\(coding.kind), maximum \(coding.maximum), levels \(coding.levels), threshold \(coding.threshold), seed \(coding.seed)"
      ),
      ("event ticks", "\(events.ticks)"),
      ("microseconds per tick", events.microsecondsPerTick.map(String.init) ?? none),
      ("downscale", "\(events.downscale)"), ("polarity", events.polarity), ("count cap", "\(events.countCap)"),
      ("sensor", events.sensor.map { "\($0)" } ?? none),
      ("augmentation", words(data.augmentation)),
      ("target", target?.name ?? none), ("the target's digest", target.map { short($0.sha256) } ?? none),
      ("initial values", initial.map { "\($0.path), digest \(short($0.sha256))" } ?? none),
    ]
    pairs += TrainingField.all.map { ($0.key, $0.text(in: file.options)) }
    return pairs.map { (name: $0.0, text: $0.1) }
  }

  private static func short(_ digest: String) -> String { String(digest.prefix(12)) }

  private static func words(_ augmentation: RunAugmentation) -> String {
    "shift \(augmentation.shift), flips \(augmentation.flips), drop \(augmentation.drop), time shift "
      + "\(augmentation.timeShift), time stretch \(augmentation.timeStretch), seed \(augmentation.seed)"
  }
}
