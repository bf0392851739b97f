/// The version of the protocol that this module speaks.
public enum ProtocolVersion {
  public static var major: UInt8 { 1 }
  /// 1 has MEMBRANES_OUT; 2 has signatures and streams.
  public static var minor: UInt8 { 2 }
}
