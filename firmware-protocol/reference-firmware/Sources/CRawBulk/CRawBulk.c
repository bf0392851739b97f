#include "CRawBulk.h"

#include <libusb-1.0/libusb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

enum { max_depth = 64, measure_request = 0x70, vendor_interface_out = 0x41 };

struct sender {
  libusb_context *context;
  libusb_device_handle *handle;
  int interface;
  unsigned char endpoint;
  size_t left, size;
  int flying;
  int error;
};

const char *raw_bulk_error(int code) { return libusb_error_name(code); }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void submit(struct sender *s, struct libusb_transfer *transfer) {
  if (s->left == 0 || s->error) return;
  transfer->length = (int)(s->left < s->size ? s->left : s->size);
  int code = libusb_submit_transfer(transfer);
  if (code) {
    s->error = code;
    return;
  }
  s->left -= (size_t)transfer->length;
  s->flying++;
}

static void completed(struct libusb_transfer *transfer) {
  struct sender *s = transfer->user_data;
  s->flying--;
  if (transfer->status != LIBUSB_TRANSFER_COMPLETED) s->error = LIBUSB_ERROR_IO;
  submit(s, transfer);
}

/// The interface FF/53/4E of a configuration and its OUT endpoint.
static int find_endpoint(struct sender *s, libusb_device *device) {
  struct libusb_config_descriptor *configuration;
  int found = LIBUSB_ERROR_NOT_FOUND;
  if (libusb_get_active_config_descriptor(device, &configuration)) return found;
  for (int i = 0; i < configuration->bNumInterfaces; i++) {
    const struct libusb_interface_descriptor *d = configuration->interface[i].altsetting;
    if (d->bInterfaceClass != 0xFF || d->bInterfaceSubClass != 0x53 || d->bInterfaceProtocol != 0x4E) continue;
    for (int e = 0; e < d->bNumEndpoints; e++) {
      if (d->endpoint[e].bEndpointAddress & LIBUSB_ENDPOINT_IN) continue;
      s->interface = d->bInterfaceNumber;
      s->endpoint = d->endpoint[e].bEndpointAddress;
      found = 0;
    }
  }
  libusb_free_config_descriptor(configuration);
  return found;
}

static int open_board(struct sender *s, const char *serial) {
  libusb_device **devices;
  ssize_t count = libusb_get_device_list(s->context, &devices);
  int code = LIBUSB_ERROR_NO_DEVICE;
  for (ssize_t i = 0; i < count && code; i++) {
    struct libusb_device_descriptor descriptor;
    unsigned char text[64];
    if (libusb_get_device_descriptor(devices[i], &descriptor) || find_endpoint(s, devices[i])) continue;
    if (libusb_open(devices[i], &s->handle)) continue;
    int length = libusb_get_string_descriptor_ascii(s->handle, descriptor.iSerialNumber, text, sizeof text);
    if (length == (int)strlen(serial) && memcmp(text, serial, (size_t)length) == 0) {
      code = 0;
    } else {
      libusb_close(s->handle);
      s->handle = NULL;
    }
  }
  if (count >= 0) libusb_free_device_list(devices, 1);
  return code;
}

static int measure(struct sender *s, size_t count, size_t size, int depth, double *seconds) {
  struct libusb_transfer *transfers[max_depth];
  unsigned char *bytes = calloc(1, size);
  if (!bytes) return LIBUSB_ERROR_NO_MEM;
  s->left = count;
  s->size = size;
  double started = now();
  for (int i = 0; i < depth; i++) {
    transfers[i] = libusb_alloc_transfer(0);
    libusb_fill_bulk_transfer(transfers[i], s->handle, s->endpoint, bytes, (int)size, completed, s, 10000);
    submit(s, transfers[i]);
  }
  while (s->flying > 0) {
    struct timeval second = {1, 0};
    libusb_handle_events_timeout(s->context, &second);
  }
  *seconds = now() - started;
  for (int i = 0; i < depth; i++) libusb_free_transfer(transfers[i]);
  free(bytes);
  return s->error;
}

int raw_bulk_send(const char *serial, size_t count, size_t size, int depth, double *seconds) {
  struct sender s = {0};
  if (depth < 1 || depth > max_depth) return LIBUSB_ERROR_INVALID_PARAM;
  int code = libusb_init(&s.context);
  if (code) return code;
  code = open_board(&s, serial);
  if (!code) code = libusb_claim_interface(s.handle, s.interface);
  if (!code) {
    unsigned short interface = (unsigned short)s.interface;
    int answer = libusb_control_transfer(s.handle, vendor_interface_out, measure_request, 1, interface, NULL, 0, 2000);
    code = answer < 0 ? answer : measure(&s, count, size, depth, seconds);
    if (answer >= 0) libusb_control_transfer(s.handle, vendor_interface_out, measure_request, 0, interface, NULL, 0, 2000);
    libusb_release_interface(s.handle, s.interface);
  }
  if (s.handle) libusb_close(s.handle);
  libusb_exit(s.context);
  return code;
}
