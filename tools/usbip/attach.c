// Plugs a device of a USB/IP server into this machine, as `usbip attach` does, without its libraries.
//
//   attach ADDRESS PORT BUSID      # needs root and the module vhci_hcd; prints the virtual port
//   attach --detach VIRTUAL-PORT [FILE BYTES]   # with a file: as soon as that many of its bytes have been written
//
// Protocol: Documentation/usb/usbip_protocol.rst of the Linux kernel; files: Documentation/ABI/testing/sysfs-platform-… .
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTROLLER "/sys/devices/platform/vhci_hcd.0/"

enum { speed_super = 5, port_free = 4, request_bytes = 40, answer_bytes = 8, record_bytes = 312 };

static int fail(const char *what) {
  fprintf(stderr, "attach: ");
  perror(what);
  return 1;
}

static int write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (!file) return fail(path);
  int is_written = fputs(text, file) >= 0;
  if (fclose(file) || !is_written) return fail(path);
  return 0;
}

static int read_all(int from, uint8_t *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t read_now = read(from, bytes + done, count - done);
    if (read_now <= 0) return 1;
    done += (size_t)read_now;
  }
  return 0;
}

static uint32_t number(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// The first free port for a speed, of all the controllers that the module has; -1 where there is none.
static int free_port(int is_super) {
  int found = -1;
  for (int controller = 0; found < 0; controller++) {
    // The first one's file has no number.
    char name[sizeof CONTROLLER + 24] = CONTROLLER "status";
    if (controller > 0) snprintf(name, sizeof name, CONTROLLER "status.%d", controller);
    FILE *file = fopen(name, "r");
    if (!file) return -1;
    char line[256], hub[8];
    int port, state;
    while (found < 0 && fgets(line, sizeof line, file))
      if (sscanf(line, "%7s %d %d", hub, &port, &state) == 3 && state == port_free
          && strcmp(hub, is_super ? "ss" : "hs") == 0)
        found = port;
    fclose(file);
  }
  return found;
}

// Waits until a file of holes has so many bytes that are none, but no more than 20 s.
static void wait_for(const char *path, long bytes) {
  struct stat file;
  for (int i = 0; i < 200000 && (stat(path, &file) || file.st_blocks * 512 < bytes); i++) usleep(100);
}

int main(int count, char **words) {
  if (count == 5 && strcmp(words[1], "--detach") == 0) {
    wait_for(words[3], atol(words[4]));
    count = 3;
  }
  if (count == 3 && strcmp(words[1], "--detach") == 0) return write_file(CONTROLLER "detach", words[2]);
  if (count != 4 || strlen(words[3]) > 31) {
    fprintf(stderr, "usage: attach ADDRESS PORT BUSID | attach --detach VIRTUAL-PORT [FILE BYTES]\n");
    return 2;
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[2]))};
  if (inet_pton(AF_INET, words[1], &address.sin_addr) != 1) return fail("address");
  int cable = socket(AF_INET, SOCK_STREAM, 0), is_on = 1;
  if (cable < 0 || connect(cable, (struct sockaddr *)&address, sizeof address)) return fail("connect");
  setsockopt(cable, IPPROTO_TCP, TCP_NODELAY, &is_on, sizeof is_on);
  // OP_REQ_IMPORT of version 1.1.1.
  uint8_t request[request_bytes] = {0x01, 0x11, 0x80, 0x03};
  memcpy(request + 8, words[3], strlen(words[3]));
  if (write(cable, request, sizeof request) != sizeof request) return fail("import");
  uint8_t answer[answer_bytes], record[record_bytes];
  if (read_all(cable, answer, sizeof answer)) return fail("import");
  if (number(answer + 4) != 0) {
    fprintf(stderr, "attach: the server refused %s with status %u\n", words[3], number(answer + 4));
    return 1;
  }
  if (read_all(cable, record, sizeof record)) return fail("import");
  uint32_t device = number(record + 288) << 16 | number(record + 292), speed = number(record + 296);
  int port = free_port(speed >= speed_super);
  if (port < 0) {
    fprintf(stderr, "attach: no free virtual port (is the module vhci_hcd loaded?)\n");
    return 1;
  }
  char text[64];
  snprintf(text, sizeof text, "%d %d %u %u", port, cable, device, speed);
  if (write_file(CONTROLLER "attach", text)) return 1;
  // The kernel holds the connection from here on.
  printf("%d\n", port);
  return 0;
}
