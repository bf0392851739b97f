import Training

extension RunConfiguration {
  /// What differs between two runs, in words: `batch_size (64 in the run, 32 now)`. Versions of the program may differ,
  /// and where the data and the initial values lie, as long as these are the same.
  public static func differences(
    _ stored: (RunConfiguration, ModelFile), _ asked: (RunConfiguration, ModelFile)
  ) -> [String] {
    var found: [String] = []
    func note(_ name: String, _ before: String, _ now: String) {
      found.append("\(name) (\(before) in the run, \(now) now)")
    }
    let (before, now) = (stored.0, asked.0)
    if before.data.sha256 != now.data.sha256 {
      note("the samples", located(before.data.given, before.data.sha256), located(now.data.given, now.data.sha256))
    }
    if before.initial?.sha256 != now.initial?.sha256 {
      func words(_ initial: RunInitial?) -> String { initial.map { located($0.path, $0.sha256) } ?? "none" }
      note("the initial values", words(before.initial), words(now.initial))
    }
    for (before, now) in zip(pairs(before, stored.1), pairs(now, asked.1)) where before.text != now.text {
      note(before.name, before.text, now.text)
    }
    if stored.1.model != asked.1.model { found.append("the layers") }
    return found
  }

  private static func pairs(_ run: RunConfiguration, _ file: ModelFile) -> [(name: String, text: String)] {
    let none = "none"
    let (data, target) = (run.data, run.target)
    let (events, coding) = (data.events, data.coding)
    var pairs: [(String, String)] = [
      ("name", run.name),
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
    ]
    pairs += TrainingField.all.map { ($0.key, $0.text(in: file.options)) }
    return pairs.map { (name: $0.0, text: $0.1) }
  }

  private static func located(_ path: String, _ digest: String) -> String { "\(path), digest \(short(digest))" }

  private static func short(_ digest: String) -> String { String(digest.prefix(12)) }

  private static func words(_ augmentation: RunAugmentation) -> String {
    "shift \(augmentation.shift), flips \(augmentation.flips), drop \(augmentation.drop), time shift "
      + "\(augmentation.timeShift), time stretch \(augmentation.timeStretch), seed \(augmentation.seed)"
  }
}
