// USB devices that a program believes in: umockdev shows them in /sys and /dev, and what the program asks of the kernel
// (usbfs) is answered here, URB by URB. The library is loaded when a bus is made, so that building needs none of it.
#ifndef SNNMAP_CFAKEUSB_H
#define SNNMAP_CFAKEUSB_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fake_bus fake_bus;
typedef struct fake_device fake_device;
typedef struct fake_urb fake_urb;

static const int32_t FAKE_STALL = -1;
static const int32_t FAKE_NO_ANSWER = -2;
/// The request fails on the bus, as those to a device that is going do.
static const int32_t FAKE_ERROR = -3;

/// What a device does. Calls come one at a time, whatever the number of devices, and may call the functions of URBs.
typedef struct {
  void *owner;
  /// A control request: 8 bytes of setup, and room for or bytes of data. The bytes moved, FAKE_STALL, FAKE_NO_ANSWER or FAKE_ERROR.
  int32_t (*control)(void *owner, const uint8_t *setup, uint8_t *data, int32_t size);
  /// There may be new URBs, or time has passed.
  void (*work)(void *owner);
  /// The host has cleared a halt.
  void (*halt_cleared)(void *owner, uint8_t endpoint);
} fake_callbacks;

/// A bus with a root hub; null, with a reason on standard error, where umockdev is not installed.
/// The process must have been started with LD_PRELOAD=libumockdev-preload.so.0.
fake_bus *fake_bus_make(void);
/// The folder that programs are pointed to by UMOCKDEV_DIR.
const char *fake_bus_folder(fake_bus *bus);

/// Plugs a device in.
///
/// - place: such as "1-1"; number: unique on the bus; descriptors: device and configuration, as hexadecimal digits;
///   attributes: umockdev's lines of what the system has read besides, such as "A: serial=1\\n\n".
fake_device *fake_bus_plug(
    fake_bus *bus, const char *place, int number, int speed, const char *descriptors, const char *attributes,
    fake_callbacks callbacks);
/// Pulls the cable: from now on every request fails.
void fake_device_cut(fake_device *device);
/// Tells the system, and takes the device's files away. After `fake_device_cut`, and not within a callback.
void fake_device_remove(fake_device *device);
/// Kills the program that may hold the device, as `kill -9` does, between two of its requests, and closes its files. With the bus locked.
void fake_device_kill_holder(fake_device *device, int32_t process);
/// Waits until no callback runs, and keeps them from running until `fake_bus_unlock`.
void fake_bus_lock(fake_bus *bus);
void fake_bus_unlock(fake_bus *bus);

/// The oldest URB of an endpoint that has not been completed; null where there is none.
fake_urb *fake_device_urb(fake_device *device, uint8_t endpoint);
uint8_t *fake_urb_bytes(fake_urb *urb);
int32_t fake_urb_size(fake_urb *urb);
/// How many bytes the device has moved so far: a number of its own.
int32_t fake_urb_moved(fake_urb *urb);
void fake_urb_move(fake_urb *urb, int32_t bytes);
/// Gives the URB back to the program: what was moved and 0, or a negative error number.
void fake_urb_complete(fake_device *device, fake_urb *urb, int32_t status);

#endif
