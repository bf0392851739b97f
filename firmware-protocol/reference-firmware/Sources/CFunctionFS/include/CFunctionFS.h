// What Swift cannot import from the kernel's headers of FunctionFS and asynchronous I/O: requests to `ioctl` and
// `syscall`, which are variadic.
#pragma once

#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/usb/functionfs.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The endpoint's descriptor at the speed in use; 0 or an error number.
static inline int ffs_endpoint_descriptor(int endpoint, struct usb_endpoint_descriptor *descriptor) {
  return ioctl(endpoint, FUNCTIONFS_ENDPOINT_DESC, descriptor) == 0 ? 0 : errno;
}

/// Throws away what the endpoint's controller holds; 0 or an error number.
static inline int ffs_flush_endpoint(int endpoint) { return ioctl(endpoint, FUNCTIONFS_FIFO_FLUSH) >= 0 ? 0 : errno; }

/// Opens a context for `depth` requests at once; 0 or an error number.
static inline int aio_open(unsigned depth, aio_context_t *context) {
  *context = 0;
  return syscall(SYS_io_setup, depth, context) == 0 ? 0 : errno;
}

static inline void aio_close(aio_context_t context) { syscall(SYS_io_destroy, context); }

/// Starts one request, whose completion adds 1 to the event counter `wake_up`; 0 or an error number.
static inline int aio_start(
    aio_context_t context, struct iocb *request, uint64_t tag, int is_write, int endpoint, void *bytes, size_t count,
    int wake_up) {
  memset(request, 0, sizeof *request);
  request->aio_data = tag;
  request->aio_lio_opcode = is_write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
  request->aio_fildes = (uint32_t)endpoint;
  request->aio_buf = (uint64_t)(uintptr_t)bytes;
  request->aio_nbytes = count;
  request->aio_flags = IOCB_FLAG_RESFD;
  request->aio_resfd = (uint32_t)wake_up;
  struct iocb *list[1] = {request};
  return syscall(SYS_io_submit, context, 1L, list) == 1 ? 0 : errno;
}

/// Asks the kernel to end a request early; its completion comes as an event all the same.
static inline int aio_stop(aio_context_t context, struct iocb *request) {
  struct io_event event;
  return syscall(SYS_io_cancel, context, request, &event) == 0 ? 0 : errno;
}

/// Takes up to `most` completions without waiting; their number, or a negative error number.
static inline long aio_completions(aio_context_t context, struct io_event *events, long most) {
  struct timespec at_once = {0, 0};
  long count = syscall(SYS_io_getevents, context, 0L, most, events, &at_once);
  return count >= 0 ? count : -errno;
}

/// A file that counts events; -1 with `errno` where there can be none.
static inline int make_event_counter(void) { return eventfd(0, EFD_CLOEXEC); }
