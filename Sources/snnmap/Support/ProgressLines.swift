import Glibc
import Reports
import Synchronization

/// One line for each of several boards on standard error, drawn only on a terminal; any thread may write its own.
final class ProgressLines: Sendable {
  private let isVisible = isatty(2) == 1
  private let names: [String]
  private let state: Mutex<State>

  private struct State {
    var texts: [String]
    var isDrawn = false
    var lastDrawn = -1.0
  }

  /// - Parameter names: what stands at the front of each line.
  init(_ names: [String]) {
    let width = names.map(\.count).max() ?? 0
    self.names = names.map { $0 + String(repeating: " ", count: width - $0.count) }
    state = Mutex(State(texts: Array(repeating: "waiting", count: names.count)))
  }

  deinit {
    finish()
  }

  /// Shows how far a board is; draws at most ten times a second.
  func update(_ index: Int, done: UInt64, of total: UInt64, detail: String) {
    guard isVisible, total > 0 else { return }
    let cells = 24
    let share = Double(min(done, total)) / Double(total)
    let filled = Int(share * Double(cells))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
    show(index, "\(bar) \(Int(share * 100)) %  \(detail)", isLast: false)
  }

  /// Shows what became of a board.
  func end(_ index: Int, _ text: String) {
    show(index, text, isLast: true)
  }

  /// Removes the lines.
  func finish() {
    guard isVisible else { return }
    state.withLock { state in
      guard state.isDrawn else { return }
      // Up to the first line, then everything below is cleared.
      Output.draw("\r\u{1b}[\(names.count)A\u{1b}[J")
      state.isDrawn = false
    }
  }

  private func show(_ index: Int, _ text: String, isLast: Bool) {
    guard isVisible else { return }
    let now = MonotonicClock.seconds
    let width = Self.terminalWidth
    state.withLock { state in
      state.texts[index] = text
      guard isLast || now - state.lastDrawn >= 0.1 else { return }
      state.lastDrawn = now
      var drawing = state.isDrawn ? "\r\u{1b}[\(names.count)A" : ""
      for (name, text) in zip(names, state.texts) {
        // A line that wraps would be two, and the next drawing would begin too low.
        drawing += PrintableText.escaped("\(name)  \(text)").prefix(max(width - 1, 20)) + "\u{1b}[K\n"
      }
      state.isDrawn = true
      Output.draw(drawing)
    }
  }

  private static var terminalWidth: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}
