/// Numbers as people read them.
public enum NumberText {
  /// Groups of three digits: `1234567 → "1,234,567"`.
  public static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return value < 0 ? "-" + result : result
  }

  /// A number of things: `(1, "sample") → "1 sample"`, `(1200, "sample") → "1,200 samples"`.
  public static func count(_ value: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(value)) \(value == 1 ? noun : plural ?? noun + "s")"
  }

  /// A fixed number of decimals, halves rounded away from zero: `(97.456, 1) → "97.5"`.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e15 else { return "\(value)" }
    let whole = Int(scaled)
    let unit = Int(scale)
    let fraction = String(whole % unit)
    let sign = value < 0 && whole > 0 ? "-" : ""
    if decimals == 0 { return sign + String(whole) }
    return sign + "\(whole / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// A fraction as a percentage: `0.9777 → "97.77 %"`.
  public static func percent(_ fraction: Double, decimals: Int = 2) -> String {
    fixed(fraction * 100, decimals) + " %"
  }

  /// Bytes with a unit that keeps the number short: `65536 → "64 KiB"`, `1000 → "1000 B"`.
  public static func bytes(_ count: Int) -> String {
    if count < 1024 { return "\(count) B" }
    let units = ["KiB", "MiB", "GiB", "TiB"]
    var value = Double(count) / 1024
    var unit = 0
    // What would be shown as 1024.0 is shown as 1 of the next unit.
    while value >= 1023.95 && unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return (value == value.rounded() ? fixed(value, 0) : fixed(value, 1)) + " " + units[unit]
  }

  /// A duration: `0.0042 → "4.2 ms"`, `75 → "1 min 15 s"`.
  public static func seconds(_ value: Double) -> String {
    // What would be shown as 1000.0 ms or 60.0 s is shown in the next unit.
    if value < 0.99995 { return fixed(value * 1000, 1) + " ms" }
    if value < 59.95 { return fixed(value, 1) + " s" }
    let whole = Int(value.rounded())
    return "\(whole / 60) min \(whole % 60) s"
  }
}
