/// One event of a sensor: a pixel became brighter (ON) or darker (OFF).
package struct Event: Equatable, Sendable {
  /// Microseconds, from whatever beginning the file has.
  package var time: Int64
  package var x: Int
  package var y: Int
  package var isOn: Bool

  package init(time: Int64, x: Int, y: Int, isOn: Bool) {
    (self.time, self.x, self.y, self.isOn) = (time, x, y, isOn)
  }
}

/// The events of one recording, and the sensor's size where the file says it.
package struct Recording: Equatable, Sendable {
  package var events: [Event] = []
  package var sensor: SensorSize?
}
