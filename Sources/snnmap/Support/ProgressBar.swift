import Glibc
import Reports

/// A bar on standard error, drawn only on a terminal.
final class ProgressBar {
  private let label: String
  private let isVisible: Bool
  private let started = MonotonicClock.seconds
  private var lastDrawn = -1.0
  private var width = 0

  /// What was done before it began.
  private var start = 0

  init(_ label: String, isQuiet: Bool = false) {
    self.label = label
    isVisible = !isQuiet && isatty(2) == 1
  }

  /// Begins in the middle: the time left is reckoned from what is done from here on.
  func begin(at done: Int) {
    start = done
  }

  /// An error's message begins on a line of its own.
  deinit {
    finish()
  }

  /// Shows that `done` of `total` is done; draws at most ten times a second.
  func update(_ done: Int, of total: Int, detail: String = "") {
    guard isVisible, total > 0 else { return }
    let now = MonotonicClock.seconds
    guard now - lastDrawn >= 0.1 || done >= total else { return }
    lastDrawn = now
    let cells = 24
    let filled = min(cells, done * cells / total)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
    let elapsed = now - started
    let left = done > start && done < total ? elapsed / Double(done - start) * Double(total - done) : 0
    var line = "\(label) \(bar) \(done * 100 / total) %"
    if !detail.isEmpty { line += "  \(detail)" }
    if left >= 1 { line += "  \(NumberText.seconds(left)) left" }
    draw(line)
  }

  /// Removes the bar.
  func finish() {
    guard isVisible, width > 0 else { return }
    draw("")
    Output.draw("\r")
    width = 0
  }

  private func draw(_ line: String) {
    let padding = String(repeating: " ", count: max(0, width - line.count))
    Output.draw("\r\(line)\(padding)")
    width = line.count
  }
}

/// Seconds since some moment, never going back.
enum MonotonicClock {
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
