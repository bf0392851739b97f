#define _GNU_SOURCE
#include "CFakeUSB.h"

#include <dlfcn.h>
#include <errno.h>
#include <asm/ioctl.h>
#include <linux/types.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// As much of GLib's and umockdev's interface as is used here; both have been stable since umockdev 0.16.
typedef struct {
  void *class;
  unsigned references;
  void *data;
} GObject;

typedef struct {
  GObject parent;
  uint8_t *data;
  int size;
  unsigned long client_address;
} IoctlData;

typedef struct {
  unsigned domain;
  int code;
  char *message;
} GError;

static struct {
  void *(*testbed_new)(void);
  char *(*root_dir)(void *testbed);
  int (*attach_ioctl)(void *testbed, const char *node, void *handler, GError **error);
  int (*add_from_string)(void *testbed, const char *text, GError **error);
  void (*uevent)(void *testbed, const char *path, const char *action);
  void (*remove_device)(void *testbed, const char *path);
  void *(*base_new)(void);
  unsigned long (*request)(void *client);
  IoctlData *(*argument)(void *client);
  void (*complete)(void *client, long result, int number);
  IoctlData *(*resolve)(IoctlData *data, size_t offset, size_t size, GError **error);
  int (*set_pointer)(IoctlData *data, size_t offset, IoctlData *child);
  void (*data_unref)(IoctlData *data);
  int (*is_connected)(void *client);
  void *(*object_ref)(void *object);
  void (*object_unref)(void *object);
  unsigned long (*connect)(void *object, const char *name, void (*call)(void), void *user, void *destroy, int flags);
} mock;

struct fake_bus {
  void *testbed;
  char *folder;
  pthread_mutex_t mutex;
};

struct fake_urb {
  fake_urb *next;
  IoctlData *data;
  void *client;
  uint8_t *bytes;
  int32_t size;
  int32_t moved;
};

struct fake_device {
  fake_bus *bus;
  fake_callbacks callbacks;
  void *handler;
  // The program that has claimed the interface.
  void *holder;
  /// The program that was killed last while it held the device.
  void *killed;
  fake_urb *flying;
  fake_urb *done;
  bool is_gone;
  char path[64];
};

static bool load(void) {
  void *library = dlopen("libumockdev.so.0", RTLD_NOW);
  if (!library) {
    fprintf(stderr, "%s; on Debian, install umockdev\n", dlerror());
    return false;
  }
  const struct {
    const char *name;
    void *place;
  } functions[] = {
      {"umockdev_testbed_new", &mock.testbed_new},
      {"umockdev_testbed_get_root_dir", &mock.root_dir},
      {"umockdev_testbed_attach_ioctl", &mock.attach_ioctl},
      {"umockdev_testbed_add_from_string", &mock.add_from_string},
      {"umockdev_testbed_uevent", &mock.uevent},
      {"umockdev_testbed_remove_device", &mock.remove_device},
      {"umockdev_ioctl_base_new", &mock.base_new},
      {"umockdev_ioctl_client_get_request", &mock.request},
      {"umockdev_ioctl_client_get_arg", &mock.argument},
      {"umockdev_ioctl_client_complete", &mock.complete},
      {"umockdev_ioctl_data_resolve", &mock.resolve},
      {"umockdev_ioctl_data_set_ptr", &mock.set_pointer},
      {"umockdev_ioctl_data_unref", &mock.data_unref},
      {"umockdev_ioctl_client_get_connected", &mock.is_connected},
      {"g_object_ref", &mock.object_ref},
      {"g_object_unref", &mock.object_unref},
      {"g_signal_connect_data", &mock.connect},
  };
  for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
    void *found = dlsym(library, functions[index].name);
    if (!found) {
      fprintf(stderr, "%s; umockdev 0.16 or later is needed\n", dlerror());
      return false;
    }
    memcpy(functions[index].place, &found, sizeof found);
  }
  return true;
}

static bool add(fake_bus *bus, const char *text) {
  GError *error = NULL;
  if (mock.add_from_string(bus->testbed, text, &error)) return true;
  fprintf(stderr, "umockdev: %s\n", error ? error->message : "cannot add a device");
  return false;
}

fake_bus *fake_bus_make(void) {
  if (!load()) return NULL;
  fake_bus *bus = calloc(1, sizeof *bus);
  bus->testbed = mock.testbed_new();
  bus->folder = mock.root_dir(bus->testbed);
  pthread_mutex_init(&bus->mutex, NULL);
  bool is_fine = add(
      bus,
      "P: /devices/usb1\nN: bus/usb/001/001\nE: SUBSYSTEM=usb\nE: DRIVER=usb\nE: BUSNUM=001\nE: DEVNUM=001\n"
      "E: DEVNAME=/dev/bus/usb/001/001\nE: DEVTYPE=usb_device\nA: bConfigurationValue=1\\n\nA: busnum=1\\n\n"
      "A: devnum=1\\n\nA: speed=480\\n\nA: bNumConfigurations=1\\n\n"
      "H: descriptors=12010002090001406b1d0200060300000001090219000101"
      "00e000090400000109000000070581030400ff\n");
  return is_fine ? bus : NULL;
}

const char *fake_bus_folder(fake_bus *bus) { return bus->folder; }
void fake_bus_lock(fake_bus *bus) { pthread_mutex_lock(&bus->mutex); }
void fake_bus_unlock(fake_bus *bus) { pthread_mutex_unlock(&bus->mutex); }

static struct usbdevfs_urb *system_urb(fake_urb *urb) { return (struct usbdevfs_urb *)urb->data->data; }

static void append(fake_urb **list, fake_urb *urb) {
  while (*list) list = &(*list)->next;
  urb->next = NULL;
  *list = urb;
}

static bool take(fake_urb **list, fake_urb *urb) {
  for (; *list; list = &(*list)->next) {
    if (*list != urb) continue;
    *list = urb->next;
    return true;
  }
  return false;
}

fake_urb *fake_device_urb(fake_device *device, uint8_t endpoint) {
  for (fake_urb *urb = device->flying; urb; urb = urb->next)
    if (system_urb(urb)->type != USBDEVFS_URB_TYPE_CONTROL && system_urb(urb)->endpoint == endpoint) return urb;
  return NULL;
}

uint8_t *fake_urb_bytes(fake_urb *urb) { return urb->bytes; }
int32_t fake_urb_size(fake_urb *urb) { return urb->size; }
int32_t fake_urb_moved(fake_urb *urb) { return urb->moved; }
void fake_urb_move(fake_urb *urb, int32_t bytes) { urb->moved += bytes; }

void fake_urb_complete(fake_device *device, fake_urb *urb, int32_t status) {
  if (!take(&device->flying, urb)) return;
  system_urb(urb)->status = status;
  system_urb(urb)->actual_length = urb->moved;
  append(&device->done, urb);
}

static void submit(fake_device *device, void *client) {
  if (device->is_gone) {
    mock.complete(client, -1, ENODEV);
    return;
  }
  fake_urb *urb = calloc(1, sizeof *urb);
  urb->data = mock.resolve(mock.argument(client), 0, sizeof(struct usbdevfs_urb), NULL);
  urb->client = client;
  struct usbdevfs_urb *system = system_urb(urb);
  urb->size = system->buffer_length;
  IoctlData *buffer =
      mock.resolve(urb->data, offsetof(struct usbdevfs_urb, buffer), (size_t)system->buffer_length, NULL);
  if (buffer) {
    urb->bytes = buffer->data;
    mock.data_unref(buffer);
  }
  append(&device->flying, urb);
  if (system->type == USBDEVFS_URB_TYPE_CONTROL) {
    int32_t moved = device->callbacks.control(device->callbacks.owner, urb->bytes, urb->bytes + 8, urb->size - 8);
    if (moved >= 0) urb->moved = moved;
    if (moved != FAKE_NO_ANSWER) fake_urb_complete(device, urb, moved == FAKE_STALL ? -EPIPE : moved == FAKE_ERROR ? -EPROTO : 0);
  }
  device->callbacks.work(device->callbacks.owner);
  mock.complete(client, 0, 0);
}

static fake_urb *first_done(fake_device *device, void *client) {
  for (fake_urb *urb = device->done; urb; urb = urb->next)
    if (urb->client == client) return urb;
  return NULL;
}

static void reap(fake_device *device, void *client) {
  device->callbacks.work(device->callbacks.owner);
  if (device->is_gone)
    while (device->flying) fake_urb_complete(device, device->flying, -ENODEV);
  fake_urb *urb = first_done(device, client);
  if (!urb) {
    // The descriptor always says that it is ready: without a pause the program would spin.
    bool is_gone = device->is_gone;
    pthread_mutex_unlock(&device->bus->mutex);
    usleep(300);
    pthread_mutex_lock(&device->bus->mutex);
    mock.complete(client, -1, is_gone ? ENODEV : EAGAIN);
    return;
  }
  take(&device->done, urb);
  IoctlData *pointer = mock.resolve(mock.argument(client), 0, sizeof(void *), NULL);
  mock.set_pointer(pointer, 0, urb->data);
  mock.complete(client, 0, 0);
  mock.data_unref(pointer);
  mock.data_unref(urb->data);
  free(urb);
}

static void discard(fake_device *device, void *client) {
  unsigned long wanted = *(unsigned long *)mock.argument(client)->data;
  fake_urb *urb = device->flying;
  while (urb && (urb->data->client_address != wanted || urb->client != client)) urb = urb->next;
  if (urb) fake_urb_complete(device, urb, -ENOENT);
  mock.complete(client, urb ? 0 : -1, urb ? 0 : EINVAL);
}

/// The number that an ioctl's argument points to.
static unsigned number(void *client) {
  IoctlData *data = mock.resolve(mock.argument(client), 0, sizeof(unsigned), NULL);
  unsigned value = *(unsigned *)data->data;
  mock.data_unref(data);
  return value;
}

static void answer(fake_device *device, void *client, int error) {
  if (device->is_gone) error = ENODEV;
  mock.complete(client, error ? -1 : 0, error);
}

static void drop(fake_urb **list, void *client) {
  while (*list) {
    fake_urb *urb = *list;
    if (urb->client != client) {
      list = &urb->next;
      continue;
    }
    *list = urb->next;
    mock.data_unref(urb->data);
    free(urb);
  }
}

static void let_go(fake_device *device) {
  void *holder = device->holder;
  device->holder = NULL;
  if (holder) mock.object_unref(holder);
}

/// A program has ended, or closed the device.
static void forget(fake_device *device, void *client) {
  drop(&device->flying, client);
  drop(&device->done, client);
  if (device->holder == client) let_go(device);
}

void fake_device_kill_holder(fake_device *device, int32_t process) {
  // The lock is held, so no request of the program is half done: umockdev would wait for its memory for ever.
  kill(process, SIGKILL);
  if (!device->holder) return;
  // Kept, so that no other program gets its address.
  device->killed = mock.object_ref(device->holder);
  forget(device, device->holder);
}

static void client_vanished(void *base, void *client, fake_device *device) {
  (void)base;
  pthread_mutex_lock(&device->bus->mutex);
  forget(device, client);
  pthread_mutex_unlock(&device->bus->mutex);
}

static void claim(fake_device *device, void *client) {
  // A program that ends in the middle of an ioctl may vanish without a signal.
  if (device->holder && !mock.is_connected(device->holder)) forget(device, device->holder);
  bool is_held = device->holder && device->holder != client;
  if (!is_held && !device->holder && !device->is_gone) device->holder = mock.object_ref(client);
  answer(device, client, is_held ? EBUSY : 0);
}

static int handle_ioctl(void *base, void *client, fake_device *device) {
  (void)base;
  int is_handled = 1;
  pthread_mutex_lock(&device->bus->mutex);
  if (client == device->killed || !mock.is_connected(client)) {
    mock.complete(client, -1, ENODEV);
    pthread_mutex_unlock(&device->bus->mutex);
    return 1;
  }
  switch (mock.request(client)) {
    case USBDEVFS_GET_CAPABILITIES: {
      IoctlData *data = mock.resolve(mock.argument(client), 0, sizeof(uint32_t), NULL);
      *(uint32_t *)data->data = USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_BULK_CONTINUATION
          | USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_REAP_AFTER_DISCONNECT | USBDEVFS_CAP_ZERO_PACKET;
      mock.complete(client, 0, 0);
      mock.data_unref(data);
      break;
    }
    case USBDEVFS_CLAIMINTERFACE:
    case USBDEVFS_DISCONNECT_CLAIM: claim(device, client); break;
    case USBDEVFS_RELEASEINTERFACE:
      if (device->holder == client) let_go(device);
      answer(device, client, 0);
      break;
    case USBDEVFS_CLEAR_HALT:
      device->callbacks.halt_cleared(device->callbacks.owner, (uint8_t)number(client));
      answer(device, client, 0);
      break;
    case USBDEVFS_SUBMITURB: submit(device, client); break;
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY: reap(device, client); break;
    case USBDEVFS_DISCARDURB: discard(device, client); break;
    default: is_handled = 0;
  }
  pthread_mutex_unlock(&device->bus->mutex);
  return is_handled;
}

fake_device *fake_bus_plug(
    fake_bus *bus, const char *place, int number, int speed, const char *descriptors, const char *attributes,
    fake_callbacks callbacks) {
  fake_device *device = calloc(1, sizeof *device);
  device->bus = bus;
  device->callbacks = callbacks;
  device->handler = mock.base_new();
  // 1: after the class's own handlers.
  mock.connect(device->handler, "handle-ioctl", (void (*)(void))handle_ioctl, device, NULL, 1);
  mock.connect(device->handler, "client-vanished", (void (*)(void))client_vanished, device, NULL, 1);
  snprintf(device->path, sizeof device->path, "/sys/devices/usb1/%s", place);
  char node[64], text[4096];
  snprintf(node, sizeof node, "/dev/bus/usb/001/%03d", number);
  snprintf(
      text, sizeof text,
      "P: /devices/usb1/%s\nN: bus/usb/001/%03d\nE: SUBSYSTEM=usb\nE: DRIVER=usb\nE: BUSNUM=001\nE: DEVNUM=%03d\n"
      "E: DEVNAME=%s\nE: DEVTYPE=usb_device\nA: bConfigurationValue=1\\n\nA: busnum=1\\n\nA: devnum=%d\\n\n"
      "A: speed=%d\\n\nA: bNumConfigurations=1\\n\n%sH: descriptors=%s\n",
      place, number, number, node, number, speed, attributes, descriptors);
  if (!mock.attach_ioctl(bus->testbed, node, device->handler, NULL) || !add(bus, text)) return NULL;
  return device;
}

void fake_device_cut(fake_device *device) { device->is_gone = true; }

void fake_device_remove(fake_device *device) {
  mock.uevent(device->bus->testbed, device->path, "remove");
  mock.remove_device(device->bus->testbed, device->path);
}
