/* The snnmap board protocol 1.2 for firmware in C99; protocol.md is the text.
 *
 * Written by tools/protocol-header from the Swift definitions; a test compares the two. Do not edit.
 * Numbers are little-endian: machines that are not have to swap them. Structs are packed, so take their fields by
 * value or with memcpy. Reserved bytes are sent as 0 and ignored on receipt.
 */
#ifndef SNNMAP_PROTOCOL_H
#define SNNMAP_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#define SNNMAP_ASSERT(name, condition) typedef char snnmap_assert_##name[(condition) ? 1 : -1]

#define SNNMAP_PROTOCOL_MAJOR 1
#define SNNMAP_PROTOCOL_MINOR 2
#define SNNMAP_FRAME_MAGIC 0x314D4E53u
#define SNNMAP_FRAME_LAYOUT 1
#define SNNMAP_FRAME_HEADER_BYTES 32
#define SNNMAP_FRAME_PAD_BYTES 4
#define SNNMAP_FRAME_PADDED 1
#define SNNMAP_GREATEST_PAYLOAD 0x100000u
#define SNNMAP_MAXIMUM_SLOTS 4
#define SNNMAP_ANY_SLOT 255
#define SNNMAP_NO_SLOT 255
#define SNNMAP_MAXIMUM_KEYS 4
#define SNNMAP_INFO_LOCKED 1
#define SNNMAP_INFO_IN_SESSION 2
#define SNNMAP_INFO_UNCONFIRMED 4
#define SNNMAP_SECURITY_CAN_VERIFY 1
#define SNNMAP_SECURITY_CAN_STREAM 2
#define SNNMAP_MANIFEST_MAGIC 0x534D4E53u
#define SNNMAP_MANIFEST_FORMAT 1
#define SNNMAP_MANIFEST_SIGNED_BYTES 80
#define SNNMAP_METADATA_MAGIC 0x444D4E53u
#define SNNMAP_METADATA_VERSION 2
#define SNNMAP_USB_INTERFACE_CLASS 0xFFu
#define SNNMAP_USB_INTERFACE_SUBCLASS 0x53u
#define SNNMAP_USB_INTERFACE_PROTOCOL 0x4Eu
#define SNNMAP_USB_REQUEST_TYPE_IN 0xC1u
#define SNNMAP_USB_REQUEST_TYPE_OUT 0x41u

/* What a frame is; an answer is its request's number with bit 7 set. */
enum {
  SNNMAP_GET_INFO = 1,
  SNNMAP_SESSION_RESET = 2,
  SNNMAP_GET_STATUS = 3,
  SNNMAP_HELLO = 4,
  SNNMAP_BEGIN = 16,
  SNNMAP_WRITE = 17,
  SNNMAP_COMMIT = 18,
  SNNMAP_ABORT = 19,
  SNNMAP_READ_BACK = 20,
  SNNMAP_ACTIVATE = 21,
  SNNMAP_CONFIRM = 22,
  SNNMAP_ROLLBACK = 23,
  SNNMAP_RESET = 24,
  SNNMAP_PROVISION = 25,
  SNNMAP_CLEAR = 32,
  SNNMAP_SPIKES_IN = 33,
  SNNMAP_RUN = 34,
  SNNMAP_STATE = 35,
  SNNMAP_STATS = 36,
  SNNMAP_STREAM = 37,
  SNNMAP_STREAM_IN = 38,
  SNNMAP_CREDIT = 39,
  SNNMAP_INFO_ANSWER = 129,
  SNNMAP_SESSION_RESET_ANSWER = 130,
  SNNMAP_STATUS_ANSWER = 131,
  SNNMAP_HELLO_ANSWER = 132,
  SNNMAP_BEGIN_ANSWER = 144,
  SNNMAP_WRITE_ANSWER = 145,
  SNNMAP_COMMIT_ANSWER = 146,
  SNNMAP_ABORT_ANSWER = 147,
  SNNMAP_READ_BACK_ANSWER = 148,
  SNNMAP_ACTIVATE_ANSWER = 149,
  SNNMAP_CONFIRM_ANSWER = 150,
  SNNMAP_ROLLBACK_ANSWER = 151,
  SNNMAP_RESET_ANSWER = 152,
  SNNMAP_PROVISION_ANSWER = 153,
  SNNMAP_CLEAR_ANSWER = 160,
  SNNMAP_SPIKES_IN_ANSWER = 161,
  SNNMAP_RUN_ANSWER = 162,
  SNNMAP_STATE_ANSWER = 163,
  SNNMAP_STATS_ANSWER = 164,
  SNNMAP_STREAM_ANSWER = 165,
  SNNMAP_SPIKES_OUT = 176,
  SNNMAP_MEMBRANES_OUT = 177,
  SNNMAP_STREAM_OUT = 178,
  SNNMAP_PROGRESS = 240,
  SNNMAP_ERROR = 255
};

/* ERROR's codes. */
enum {
  SNNMAP_ERROR_MALFORMED = 1,
  SNNMAP_ERROR_UNKNOWN_TYPE = 2,
  SNNMAP_ERROR_NO_SESSION = 3,
  SNNMAP_ERROR_VERSION = 4,
  SNNMAP_ERROR_TWO_HOSTS = 5,
  SNNMAP_ERROR_HEADER_CHECKSUM = 6,
  SNNMAP_ERROR_PAYLOAD_CHECKSUM = 7,
  SNNMAP_ERROR_TOO_LONG = 8,
  SNNMAP_ERROR_OUT_OF_SEQUENCE = 9,
  SNNMAP_ERROR_BUSY = 10,
  SNNMAP_ERROR_SLOT_ACTIVE = 16,
  SNNMAP_ERROR_NO_SUCH_SLOT = 17,
  SNNMAP_ERROR_OVERSIZE = 18,
  SNNMAP_ERROR_WRONG_FAMILY = 19,
  SNNMAP_ERROR_WRONG_TARGET = 20,
  SNNMAP_ERROR_BAD_SIGNATURE = 21,
  SNNMAP_ERROR_ROLLBACK_COUNTER = 22,
  SNNMAP_ERROR_OUT_OF_RANGE = 23,
  SNNMAP_ERROR_MISALIGNED = 24,
  SNNMAP_ERROR_NOT_RECEIVING = 25,
  SNNMAP_ERROR_MISSING_RANGES = 26,
  SNNMAP_ERROR_HASH_MISMATCH = 27,
  SNNMAP_ERROR_NOT_VERIFIED = 28,
  SNNMAP_ERROR_BAD_IMAGE = 29,
  SNNMAP_ERROR_LOCKED = 30,
  SNNMAP_ERROR_STORAGE = 31,
  SNNMAP_ERROR_OTHER_BOOT = 32,
  SNNMAP_ERROR_NOTHING_TO_ROLL_BACK = 33,
  SNNMAP_ERROR_MEMORY = 34,
  SNNMAP_ERROR_TOO_MANY_OUTPUTS = 35,
  SNNMAP_ERROR_NOT_SUPPORTED = 36,
  SNNMAP_ERROR_TOO_MANY_KEYS = 37,
  SNNMAP_ERROR_NO_ACTIVE_IMAGE = 48,
  SNNMAP_ERROR_LATE_TICK = 49,
  SNNMAP_ERROR_UNORDERED_SPIKES = 50,
  SNNMAP_ERROR_DUPLICATE_SPIKE = 51,
  SNNMAP_ERROR_INPUT_OUT_OF_RANGE = 52,
  SNNMAP_ERROR_EMPTY_SPIKE = 53,
  SNNMAP_ERROR_INPUT_OVERFLOW = 54,
  SNNMAP_ERROR_TOO_MANY_TICKS = 55,
  SNNMAP_ERROR_NO_SUCH_CORE = 56,
  SNNMAP_ERROR_NOT_STREAMING = 57
};

/* ERROR's detail where a signature is bad. */
enum {
  SNNMAP_SIGNATURE_NO_MANIFEST = 1,
  SNNMAP_SIGNATURE_UNKNOWN_KEY = 2,
  SNNMAP_SIGNATURE_WRONG_SIGNATURE = 3,
  SNNMAP_SIGNATURE_OTHER_FAMILY = 4,
  SNNMAP_SIGNATURE_OTHER_SIZE = 5,
  SNNMAP_SIGNATURE_OTHER_DIGEST = 6,
  SNNMAP_SIGNATURE_NOT_A_MANIFEST = 7,
  SNNMAP_SIGNATURE_UNSIGNED_SLOT = 8
};

/* How far a slot is. */
enum {
  SNNMAP_SLOT_EMPTY = 0,
  SNNMAP_SLOT_RECEIVING = 1,
  SNNMAP_SLOT_VERIFIED = 2
};

/* What a board is doing. */
enum {
  SNNMAP_ACTIVITY_IDLE = 0,
  SNNMAP_ACTIVITY_ERASING = 1,
  SNNMAP_ACTIVITY_RECEIVING = 2,
  SNNMAP_ACTIVITY_COMMITTING = 3,
  SNNMAP_ACTIVITY_HASHING = 4,
  SNNMAP_ACTIVITY_RUNNING = 5
};

/* ACTIVATE's mode. */
enum {
  SNNMAP_ACTIVATE_TEST = 0,
  SNNMAP_ACTIVATE_PERMANENT = 1
};

/* READBACK's content. */
enum {
  SNNMAP_READBACK_HASH = 0,
  SNNMAP_READBACK_DATA = 1
};

/* STREAM's mode. */
enum {
  SNNMAP_STREAM_END = 0,
  SNNMAP_STREAM_DETERMINISTIC = 1,
  SNNMAP_STREAM_REALTIME = 2
};

/* bRequest of the control requests over USB. */
enum {
  SNNMAP_CONTROL_GET_INFO = 1,
  SNNMAP_CONTROL_SESSION_RESET = 2,
  SNNMAP_CONTROL_GET_STATUS = 3
};

#pragma pack(push, 1)

/* A frame's header; payload_crc and header_crc are CRC32C. */
typedef struct {
  uint32_t magic;
  uint8_t layout;
  uint8_t header_bytes;
  uint8_t type;
  uint8_t flags;
  uint32_t session;
  uint32_t sequence;
  uint32_t length;
  uint32_t reserved;
  uint32_t payload_crc;
  uint32_t header_crc;
} snnmap_frame;
SNNMAP_ASSERT(frame_size, sizeof(snnmap_frame) == 32);
SNNMAP_ASSERT(frame_at_magic, offsetof(snnmap_frame, magic) == 0);
SNNMAP_ASSERT(frame_at_layout, offsetof(snnmap_frame, layout) == 4);
SNNMAP_ASSERT(frame_at_header_bytes, offsetof(snnmap_frame, header_bytes) == 5);
SNNMAP_ASSERT(frame_at_type, offsetof(snnmap_frame, type) == 6);
SNNMAP_ASSERT(frame_at_flags, offsetof(snnmap_frame, flags) == 7);
SNNMAP_ASSERT(frame_at_session, offsetof(snnmap_frame, session) == 8);
SNNMAP_ASSERT(frame_at_sequence, offsetof(snnmap_frame, sequence) == 12);
SNNMAP_ASSERT(frame_at_length, offsetof(snnmap_frame, length) == 16);
SNNMAP_ASSERT(frame_at_reserved, offsetof(snnmap_frame, reserved) == 20);
SNNMAP_ASSERT(frame_at_payload_crc, offsetof(snnmap_frame, payload_crc) == 24);
SNNMAP_ASSERT(frame_at_header_crc, offsetof(snnmap_frame, header_crc) == 28);

/* A spike; index is an input line or an output, lowest byte first. */
typedef struct {
  uint32_t tick;
  uint8_t index[3];
  uint8_t count;
} snnmap_spike;
SNNMAP_ASSERT(spike_size, sizeof(snnmap_spike) == 8);
SNNMAP_ASSERT(spike_at_tick, offsetof(snnmap_spike, tick) == 0);
SNNMAP_ASSERT(spike_at_index, offsetof(snnmap_spike, index) == 4);
SNNMAP_ASSERT(spike_at_count, offsetof(snnmap_spike, count) == 7);

/* A readout's membrane after a tick. */
typedef struct {
  uint32_t tick;
  uint32_t output;
  int32_t membrane;
} snnmap_readout;
SNNMAP_ASSERT(readout_size, sizeof(snnmap_readout) == 12);
SNNMAP_ASSERT(readout_at_tick, offsetof(snnmap_readout, tick) == 0);
SNNMAP_ASSERT(readout_at_output, offsetof(snnmap_readout, output) == 4);
SNNMAP_ASSERT(readout_at_membrane, offsetof(snnmap_readout, membrane) == 8);

/* Bytes that are held, in BEGIN's answer. */
typedef struct {
  uint64_t offset;
  uint64_t length;
} snnmap_range;
SNNMAP_ASSERT(range_size, sizeof(snnmap_range) == 16);
SNNMAP_ASSERT(range_at_offset, offsetof(snnmap_range, offset) == 0);
SNNMAP_ASSERT(range_at_length, offsetof(snnmap_range, length) == 8);

/* What a slot holds; in INFO. */
typedef struct {
  uint8_t state;
  uint8_t reserved0[7];
  uint64_t size;
  uint8_t digest[32];
} snnmap_slot_info;
SNNMAP_ASSERT(slot_info_size, sizeof(snnmap_slot_info) == 48);
SNNMAP_ASSERT(slot_info_at_state, offsetof(snnmap_slot_info, state) == 0);
SNNMAP_ASSERT(slot_info_at_size, offsetof(snnmap_slot_info, size) == 8);
SNNMAP_ASSERT(slot_info_at_digest, offsetof(snnmap_slot_info, digest) == 16);

/* The end of INFO since protocol 1.2. */
typedef struct {
  uint8_t key_count;
  uint8_t flags;
  uint8_t reserved0[6];
  uint64_t key0;
  uint64_t key1;
  uint64_t key2;
  uint64_t key3;
  uint64_t rollback_counter;
} snnmap_security;
SNNMAP_ASSERT(security_size, sizeof(snnmap_security) == 48);
SNNMAP_ASSERT(security_at_key_count, offsetof(snnmap_security, key_count) == 0);
SNNMAP_ASSERT(security_at_flags, offsetof(snnmap_security, flags) == 1);
SNNMAP_ASSERT(security_at_key0, offsetof(snnmap_security, key0) == 8);
SNNMAP_ASSERT(security_at_key1, offsetof(snnmap_security, key1) == 16);
SNNMAP_ASSERT(security_at_key2, offsetof(snnmap_security, key2) == 24);
SNNMAP_ASSERT(security_at_key3, offsetof(snnmap_security, key3) == 32);
SNNMAP_ASSERT(security_at_rollback_counter, offsetof(snnmap_security, rollback_counter) == 40);

/* Who vouches for an image: behind BEGIN, and the file IMAGE.sig. */
typedef struct {
  uint32_t magic;
  uint16_t format;
  uint8_t reserved0[2];
  uint8_t key_identifier[8];
  uint32_t family;
  uint32_t least_hardware_revision;
  uint32_t greatest_hardware_revision;
  uint8_t reserved1[4];
  uint64_t size;
  uint8_t digest[32];
  uint64_t rollback_counter;
  uint8_t signature[64];
} snnmap_manifest;
SNNMAP_ASSERT(manifest_size, sizeof(snnmap_manifest) == 144);
SNNMAP_ASSERT(manifest_at_magic, offsetof(snnmap_manifest, magic) == 0);
SNNMAP_ASSERT(manifest_at_format, offsetof(snnmap_manifest, format) == 4);
SNNMAP_ASSERT(manifest_at_key_identifier, offsetof(snnmap_manifest, key_identifier) == 8);
SNNMAP_ASSERT(manifest_at_family, offsetof(snnmap_manifest, family) == 16);
SNNMAP_ASSERT(manifest_at_least_hardware_revision, offsetof(snnmap_manifest, least_hardware_revision) == 20);
SNNMAP_ASSERT(manifest_at_greatest_hardware_revision, offsetof(snnmap_manifest, greatest_hardware_revision) == 24);
SNNMAP_ASSERT(manifest_at_size, offsetof(snnmap_manifest, size) == 32);
SNNMAP_ASSERT(manifest_at_digest, offsetof(snnmap_manifest, digest) == 40);
SNNMAP_ASSERT(manifest_at_rollback_counter, offsetof(snnmap_manifest, rollback_counter) == 72);
SNNMAP_ASSERT(manifest_at_signature, offsetof(snnmap_manifest, signature) == 80);

/* A metadata record of version 2; crc is the CRC32C of all bytes before it. */
typedef struct {
  uint32_t magic;
  uint32_t version;
  uint64_t sequence;
  uint8_t active_slot;
  uint8_t previous_slot;
  uint8_t confirmed;
  uint8_t trial_starts;
  uint8_t key_count;
  uint8_t reserved0[3];
  uint64_t rollback_counter;
  uint8_t state0;
  uint8_t signed0;
  uint8_t reserved1[6];
  uint64_t size0;
  uint64_t held0;
  uint8_t digest0[32];
  uint8_t state1;
  uint8_t signed1;
  uint8_t reserved2[6];
  uint64_t size1;
  uint64_t held1;
  uint8_t digest1[32];
  uint8_t state2;
  uint8_t signed2;
  uint8_t reserved3[6];
  uint64_t size2;
  uint64_t held2;
  uint8_t digest2[32];
  uint8_t state3;
  uint8_t signed3;
  uint8_t reserved4[6];
  uint64_t size3;
  uint64_t held3;
  uint8_t digest3[32];
  uint64_t rollback_counter0;
  uint64_t rollback_counter1;
  uint64_t rollback_counter2;
  uint64_t rollback_counter3;
  uint8_t key0[32];
  uint8_t key1[32];
  uint8_t key2[32];
  uint8_t key3[32];
  uint8_t reserved5[4];
  uint32_t crc;
} snnmap_metadata;
SNNMAP_ASSERT(metadata_size, sizeof(snnmap_metadata) == 424);
SNNMAP_ASSERT(metadata_at_magic, offsetof(snnmap_metadata, magic) == 0);
SNNMAP_ASSERT(metadata_at_version, offsetof(snnmap_metadata, version) == 4);
SNNMAP_ASSERT(metadata_at_sequence, offsetof(snnmap_metadata, sequence) == 8);
SNNMAP_ASSERT(metadata_at_active_slot, offsetof(snnmap_metadata, active_slot) == 16);
SNNMAP_ASSERT(metadata_at_previous_slot, offsetof(snnmap_metadata, previous_slot) == 17);
SNNMAP_ASSERT(metadata_at_confirmed, offsetof(snnmap_metadata, confirmed) == 18);
SNNMAP_ASSERT(metadata_at_trial_starts, offsetof(snnmap_metadata, trial_starts) == 19);
SNNMAP_ASSERT(metadata_at_key_count, offsetof(snnmap_metadata, key_count) == 20);
SNNMAP_ASSERT(metadata_at_rollback_counter, offsetof(snnmap_metadata, rollback_counter) == 24);
SNNMAP_ASSERT(metadata_at_state0, offsetof(snnmap_metadata, state0) == 32);
SNNMAP_ASSERT(metadata_at_signed0, offsetof(snnmap_metadata, signed0) == 33);
SNNMAP_ASSERT(metadata_at_size0, offsetof(snnmap_metadata, size0) == 40);
SNNMAP_ASSERT(metadata_at_held0, offsetof(snnmap_metadata, held0) == 48);
SNNMAP_ASSERT(metadata_at_digest0, offsetof(snnmap_metadata, digest0) == 56);
SNNMAP_ASSERT(metadata_at_state1, offsetof(snnmap_metadata, state1) == 88);
SNNMAP_ASSERT(metadata_at_signed1, offsetof(snnmap_metadata, signed1) == 89);
SNNMAP_ASSERT(metadata_at_size1, offsetof(snnmap_metadata, size1) == 96);
SNNMAP_ASSERT(metadata_at_held1, offsetof(snnmap_metadata, held1) == 104);
SNNMAP_ASSERT(metadata_at_digest1, offsetof(snnmap_metadata, digest1) == 112);
SNNMAP_ASSERT(metadata_at_state2, offsetof(snnmap_metadata, state2) == 144);
SNNMAP_ASSERT(metadata_at_signed2, offsetof(snnmap_metadata, signed2) == 145);
SNNMAP_ASSERT(metadata_at_size2, offsetof(snnmap_metadata, size2) == 152);
SNNMAP_ASSERT(metadata_at_held2, offsetof(snnmap_metadata, held2) == 160);
SNNMAP_ASSERT(metadata_at_digest2, offsetof(snnmap_metadata, digest2) == 168);
SNNMAP_ASSERT(metadata_at_state3, offsetof(snnmap_metadata, state3) == 200);
SNNMAP_ASSERT(metadata_at_signed3, offsetof(snnmap_metadata, signed3) == 201);
SNNMAP_ASSERT(metadata_at_size3, offsetof(snnmap_metadata, size3) == 208);
SNNMAP_ASSERT(metadata_at_held3, offsetof(snnmap_metadata, held3) == 216);
SNNMAP_ASSERT(metadata_at_digest3, offsetof(snnmap_metadata, digest3) == 224);
SNNMAP_ASSERT(metadata_at_rollback_counter0, offsetof(snnmap_metadata, rollback_counter0) == 256);
SNNMAP_ASSERT(metadata_at_rollback_counter1, offsetof(snnmap_metadata, rollback_counter1) == 264);
SNNMAP_ASSERT(metadata_at_rollback_counter2, offsetof(snnmap_metadata, rollback_counter2) == 272);
SNNMAP_ASSERT(metadata_at_rollback_counter3, offsetof(snnmap_metadata, rollback_counter3) == 280);
SNNMAP_ASSERT(metadata_at_key0, offsetof(snnmap_metadata, key0) == 288);
SNNMAP_ASSERT(metadata_at_key1, offsetof(snnmap_metadata, key1) == 320);
SNNMAP_ASSERT(metadata_at_key2, offsetof(snnmap_metadata, key2) == 352);
SNNMAP_ASSERT(metadata_at_key3, offsetof(snnmap_metadata, key3) == 384);
SNNMAP_ASSERT(metadata_at_crc, offsetof(snnmap_metadata, crc) == 420);

/* Type 0x4. */
typedef struct {
  uint64_t nonce;
  uint8_t minimum_major;
  uint8_t maximum_major;
  uint8_t reserved0[6];
} snnmap_hello;
SNNMAP_ASSERT(hello_size, sizeof(snnmap_hello) == 16);
SNNMAP_ASSERT(hello_at_nonce, offsetof(snnmap_hello, nonce) == 0);
SNNMAP_ASSERT(hello_at_minimum_major, offsetof(snnmap_hello, minimum_major) == 8);
SNNMAP_ASSERT(hello_at_maximum_major, offsetof(snnmap_hello, maximum_major) == 9);

/* Type 0x2. */
typedef struct {
  uint64_t nonce;
} snnmap_session_reset;
SNNMAP_ASSERT(session_reset_size, sizeof(snnmap_session_reset) == 8);
SNNMAP_ASSERT(session_reset_at_nonce, offsetof(snnmap_session_reset, nonce) == 0);

/* Type 0x81. */
typedef struct {
  uint8_t minimum_major;
  uint8_t maximum_major;
  uint8_t minor;
  uint8_t flags;
  uint32_t family;
  uint32_t hardware_revision;
  uint32_t firmware_version;
  uint32_t maximum_payload;
  uint16_t window;
  uint8_t slot_count;
  uint8_t active_slot;
  uint64_t slot_bytes;
  uint32_t chunk_bytes;
  uint32_t erase_milliseconds;
  uint32_t commit_milliseconds;
  uint32_t input_spikes;
  uint32_t maximum_ticks;
  uint8_t reserved0[4];
  uint64_t boot_identifier;
  uint8_t target_digest[32];
  uint8_t target_name[32];
  uint8_t serial[32];
  snnmap_slot_info slot0;
  snnmap_slot_info slot1;
  snnmap_slot_info slot2;
  snnmap_slot_info slot3;
  snnmap_security security;
} snnmap_info_answer;
SNNMAP_ASSERT(info_answer_size, sizeof(snnmap_info_answer) == 400);
SNNMAP_ASSERT(info_answer_at_minimum_major, offsetof(snnmap_info_answer, minimum_major) == 0);
SNNMAP_ASSERT(info_answer_at_maximum_major, offsetof(snnmap_info_answer, maximum_major) == 1);
SNNMAP_ASSERT(info_answer_at_minor, offsetof(snnmap_info_answer, minor) == 2);
SNNMAP_ASSERT(info_answer_at_flags, offsetof(snnmap_info_answer, flags) == 3);
SNNMAP_ASSERT(info_answer_at_family, offsetof(snnmap_info_answer, family) == 4);
SNNMAP_ASSERT(info_answer_at_hardware_revision, offsetof(snnmap_info_answer, hardware_revision) == 8);
SNNMAP_ASSERT(info_answer_at_firmware_version, offsetof(snnmap_info_answer, firmware_version) == 12);
SNNMAP_ASSERT(info_answer_at_maximum_payload, offsetof(snnmap_info_answer, maximum_payload) == 16);
SNNMAP_ASSERT(info_answer_at_window, offsetof(snnmap_info_answer, window) == 20);
SNNMAP_ASSERT(info_answer_at_slot_count, offsetof(snnmap_info_answer, slot_count) == 22);
SNNMAP_ASSERT(info_answer_at_active_slot, offsetof(snnmap_info_answer, active_slot) == 23);
SNNMAP_ASSERT(info_answer_at_slot_bytes, offsetof(snnmap_info_answer, slot_bytes) == 24);
SNNMAP_ASSERT(info_answer_at_chunk_bytes, offsetof(snnmap_info_answer, chunk_bytes) == 32);
SNNMAP_ASSERT(info_answer_at_erase_milliseconds, offsetof(snnmap_info_answer, erase_milliseconds) == 36);
SNNMAP_ASSERT(info_answer_at_commit_milliseconds, offsetof(snnmap_info_answer, commit_milliseconds) == 40);
SNNMAP_ASSERT(info_answer_at_input_spikes, offsetof(snnmap_info_answer, input_spikes) == 44);
SNNMAP_ASSERT(info_answer_at_maximum_ticks, offsetof(snnmap_info_answer, maximum_ticks) == 48);
SNNMAP_ASSERT(info_answer_at_boot_identifier, offsetof(snnmap_info_answer, boot_identifier) == 56);
SNNMAP_ASSERT(info_answer_at_target_digest, offsetof(snnmap_info_answer, target_digest) == 64);
SNNMAP_ASSERT(info_answer_at_target_name, offsetof(snnmap_info_answer, target_name) == 96);
SNNMAP_ASSERT(info_answer_at_serial, offsetof(snnmap_info_answer, serial) == 128);
SNNMAP_ASSERT(info_answer_at_slot0, offsetof(snnmap_info_answer, slot0) == 160);
SNNMAP_ASSERT(info_answer_at_slot1, offsetof(snnmap_info_answer, slot1) == 208);
SNNMAP_ASSERT(info_answer_at_slot2, offsetof(snnmap_info_answer, slot2) == 256);
SNNMAP_ASSERT(info_answer_at_slot3, offsetof(snnmap_info_answer, slot3) == 304);
SNNMAP_ASSERT(info_answer_at_security, offsetof(snnmap_info_answer, security) == 352);

/* Type 0x82. */
typedef struct {
  uint64_t nonce;
} snnmap_session_reset_answer;
SNNMAP_ASSERT(session_reset_answer_size, sizeof(snnmap_session_reset_answer) == 8);
SNNMAP_ASSERT(session_reset_answer_at_nonce, offsetof(snnmap_session_reset_answer, nonce) == 0);

/* Type 0x83. */
typedef struct {
  uint8_t activity;
  uint8_t reserved0[1];
  uint16_t last_error;
  uint32_t next_poll_milliseconds;
  uint32_t session;
  uint32_t current_tick;
} snnmap_status_answer;
SNNMAP_ASSERT(status_answer_size, sizeof(snnmap_status_answer) == 16);
SNNMAP_ASSERT(status_answer_at_activity, offsetof(snnmap_status_answer, activity) == 0);
SNNMAP_ASSERT(status_answer_at_last_error, offsetof(snnmap_status_answer, last_error) == 2);
SNNMAP_ASSERT(status_answer_at_next_poll_milliseconds, offsetof(snnmap_status_answer, next_poll_milliseconds) == 4);
SNNMAP_ASSERT(status_answer_at_session, offsetof(snnmap_status_answer, session) == 8);
SNNMAP_ASSERT(status_answer_at_current_tick, offsetof(snnmap_status_answer, current_tick) == 12);

/* Type 0x84. */
typedef struct {
  uint64_t nonce;
  uint32_t session;
  uint8_t major;
  uint8_t minor;
  uint8_t reserved0[2];
  snnmap_info_answer info;
} snnmap_hello_answer;
SNNMAP_ASSERT(hello_answer_size, sizeof(snnmap_hello_answer) == 416);
SNNMAP_ASSERT(hello_answer_at_nonce, offsetof(snnmap_hello_answer, nonce) == 0);
SNNMAP_ASSERT(hello_answer_at_session, offsetof(snnmap_hello_answer, session) == 8);
SNNMAP_ASSERT(hello_answer_at_major, offsetof(snnmap_hello_answer, major) == 12);
SNNMAP_ASSERT(hello_answer_at_minor, offsetof(snnmap_hello_answer, minor) == 13);
SNNMAP_ASSERT(hello_answer_at_info, offsetof(snnmap_hello_answer, info) == 16);

/* Type 0x10; behind it a snnmap_manifest where manifest_bytes says so. */
typedef struct {
  uint8_t slot;
  uint8_t reserved0[3];
  uint32_t family;
  uint64_t size;
  uint8_t digest[32];
  uint8_t target_digest[32];
  uint32_t manifest_bytes;
} snnmap_begin;
SNNMAP_ASSERT(begin_size, sizeof(snnmap_begin) == 84);
SNNMAP_ASSERT(begin_at_slot, offsetof(snnmap_begin, slot) == 0);
SNNMAP_ASSERT(begin_at_family, offsetof(snnmap_begin, family) == 4);
SNNMAP_ASSERT(begin_at_size, offsetof(snnmap_begin, size) == 8);
SNNMAP_ASSERT(begin_at_digest, offsetof(snnmap_begin, digest) == 16);
SNNMAP_ASSERT(begin_at_target_digest, offsetof(snnmap_begin, target_digest) == 48);
SNNMAP_ASSERT(begin_at_manifest_bytes, offsetof(snnmap_begin, manifest_bytes) == 80);

/* Type 0x90; behind it range_count times snnmap_range. */
typedef struct {
  uint8_t slot;
  uint8_t state;
  uint16_t range_count;
  uint32_t chunk_bytes;
} snnmap_begin_answer;
SNNMAP_ASSERT(begin_answer_size, sizeof(snnmap_begin_answer) == 8);
SNNMAP_ASSERT(begin_answer_at_slot, offsetof(snnmap_begin_answer, slot) == 0);
SNNMAP_ASSERT(begin_answer_at_state, offsetof(snnmap_begin_answer, state) == 1);
SNNMAP_ASSERT(begin_answer_at_range_count, offsetof(snnmap_begin_answer, range_count) == 2);
SNNMAP_ASSERT(begin_answer_at_chunk_bytes, offsetof(snnmap_begin_answer, chunk_bytes) == 4);

/* Type 0x11; behind it the data. */
typedef struct {
  uint64_t offset;
} snnmap_write;
SNNMAP_ASSERT(write_size, sizeof(snnmap_write) == 8);
SNNMAP_ASSERT(write_at_offset, offsetof(snnmap_write, offset) == 0);

/* Type 0x91. */
typedef struct {
  uint64_t cumulative;
  uint64_t bitmap;
} snnmap_write_answer;
SNNMAP_ASSERT(write_answer_size, sizeof(snnmap_write_answer) == 16);
SNNMAP_ASSERT(write_answer_at_cumulative, offsetof(snnmap_write_answer, cumulative) == 0);
SNNMAP_ASSERT(write_answer_at_bitmap, offsetof(snnmap_write_answer, bitmap) == 8);

/* Type 0x12. */
typedef struct {
  uint8_t digest[32];
} snnmap_commit;
SNNMAP_ASSERT(commit_size, sizeof(snnmap_commit) == 32);
SNNMAP_ASSERT(commit_at_digest, offsetof(snnmap_commit, digest) == 0);

/* Type 0x92. */
typedef struct {
  uint8_t slot;
  uint8_t reserved0[7];
  uint64_t size;
  uint8_t digest[32];
} snnmap_commit_answer;
SNNMAP_ASSERT(commit_answer_size, sizeof(snnmap_commit_answer) == 48);
SNNMAP_ASSERT(commit_answer_at_slot, offsetof(snnmap_commit_answer, slot) == 0);
SNNMAP_ASSERT(commit_answer_at_size, offsetof(snnmap_commit_answer, size) == 8);
SNNMAP_ASSERT(commit_answer_at_digest, offsetof(snnmap_commit_answer, digest) == 16);

/* Type 0x14. */
typedef struct {
  uint8_t slot;
  uint8_t content;
  uint8_t reserved0[6];
  uint64_t offset;
  uint64_t length;
} snnmap_readback;
SNNMAP_ASSERT(readback_size, sizeof(snnmap_readback) == 24);
SNNMAP_ASSERT(readback_at_slot, offsetof(snnmap_readback, slot) == 0);
SNNMAP_ASSERT(readback_at_content, offsetof(snnmap_readback, content) == 1);
SNNMAP_ASSERT(readback_at_offset, offsetof(snnmap_readback, offset) == 8);
SNNMAP_ASSERT(readback_at_length, offsetof(snnmap_readback, length) == 16);

/* Type 0x94; behind it 32 bytes of hash, or the data. */
typedef struct {
  uint64_t offset;
  uint64_t length;
} snnmap_readback_answer;
SNNMAP_ASSERT(readback_answer_size, sizeof(snnmap_readback_answer) == 16);
SNNMAP_ASSERT(readback_answer_at_offset, offsetof(snnmap_readback_answer, offset) == 0);
SNNMAP_ASSERT(readback_answer_at_length, offsetof(snnmap_readback_answer, length) == 8);

/* Type 0x15. */
typedef struct {
  uint8_t slot;
  uint8_t mode;
  uint8_t reserved0[6];
} snnmap_activate;
SNNMAP_ASSERT(activate_size, sizeof(snnmap_activate) == 8);
SNNMAP_ASSERT(activate_at_slot, offsetof(snnmap_activate, slot) == 0);
SNNMAP_ASSERT(activate_at_mode, offsetof(snnmap_activate, mode) == 1);

/* Type 0x95. */
typedef struct {
  uint8_t active_slot;
  uint8_t is_confirmed;
  uint8_t reserved0[6];
} snnmap_activate_answer;
SNNMAP_ASSERT(activate_answer_size, sizeof(snnmap_activate_answer) == 8);
SNNMAP_ASSERT(activate_answer_at_active_slot, offsetof(snnmap_activate_answer, active_slot) == 0);
SNNMAP_ASSERT(activate_answer_at_is_confirmed, offsetof(snnmap_activate_answer, is_confirmed) == 1);

/* Type 0x16. */
typedef struct {
  uint64_t boot_identifier;
} snnmap_confirm;
SNNMAP_ASSERT(confirm_size, sizeof(snnmap_confirm) == 8);
SNNMAP_ASSERT(confirm_at_boot_identifier, offsetof(snnmap_confirm, boot_identifier) == 0);

/* Type 0x96. */
typedef struct {
  uint8_t active_slot;
  uint8_t is_confirmed;
  uint8_t reserved0[6];
} snnmap_confirm_answer;
SNNMAP_ASSERT(confirm_answer_size, sizeof(snnmap_confirm_answer) == 8);
SNNMAP_ASSERT(confirm_answer_at_active_slot, offsetof(snnmap_confirm_answer, active_slot) == 0);
SNNMAP_ASSERT(confirm_answer_at_is_confirmed, offsetof(snnmap_confirm_answer, is_confirmed) == 1);

/* Type 0x97. */
typedef struct {
  uint8_t active_slot;
  uint8_t is_confirmed;
  uint8_t reserved0[6];
} snnmap_rollback_answer;
SNNMAP_ASSERT(rollback_answer_size, sizeof(snnmap_rollback_answer) == 8);
SNNMAP_ASSERT(rollback_answer_at_active_slot, offsetof(snnmap_rollback_answer, active_slot) == 0);
SNNMAP_ASSERT(rollback_answer_at_is_confirmed, offsetof(snnmap_rollback_answer, is_confirmed) == 1);

/* Type 0x98. */
typedef struct {
  uint64_t boot_identifier;
} snnmap_reset_answer;
SNNMAP_ASSERT(reset_answer_size, sizeof(snnmap_reset_answer) == 8);
SNNMAP_ASSERT(reset_answer_at_boot_identifier, offsetof(snnmap_reset_answer, boot_identifier) == 0);

/* Type 0x19; behind it signature_bytes bytes of signature: 0 or 64. */
typedef struct {
  uint8_t key[32];
  uint8_t replaces_others;
  uint8_t reserved0[3];
  uint32_t signature_bytes;
} snnmap_provision;
SNNMAP_ASSERT(provision_size, sizeof(snnmap_provision) == 40);
SNNMAP_ASSERT(provision_at_key, offsetof(snnmap_provision, key) == 0);
SNNMAP_ASSERT(provision_at_replaces_others, offsetof(snnmap_provision, replaces_others) == 32);
SNNMAP_ASSERT(provision_at_signature_bytes, offsetof(snnmap_provision, signature_bytes) == 36);

/* Type 0x99. */
typedef struct {
  uint8_t key_count;
  uint8_t reserved0[7];
} snnmap_provision_answer;
SNNMAP_ASSERT(provision_answer_size, sizeof(snnmap_provision_answer) == 8);
SNNMAP_ASSERT(provision_answer_at_key_count, offsetof(snnmap_provision_answer, key_count) == 0);

/* Type 0x21; behind it spike_count times snnmap_spike. */
typedef struct {
  uint8_t clears_first;
  uint8_t reserved0[3];
  uint32_t spike_count;
} snnmap_spikes_in;
SNNMAP_ASSERT(spikes_in_size, sizeof(snnmap_spikes_in) == 8);
SNNMAP_ASSERT(spikes_in_at_clears_first, offsetof(snnmap_spikes_in, clears_first) == 0);
SNNMAP_ASSERT(spikes_in_at_spike_count, offsetof(snnmap_spikes_in, spike_count) == 4);

/* Type 0xA1. */
typedef struct {
  uint32_t waiting;
  uint32_t capacity;
} snnmap_spikes_in_answer;
SNNMAP_ASSERT(spikes_in_answer_size, sizeof(snnmap_spikes_in_answer) == 8);
SNNMAP_ASSERT(spikes_in_answer_at_waiting, offsetof(snnmap_spikes_in_answer, waiting) == 0);
SNNMAP_ASSERT(spikes_in_answer_at_capacity, offsetof(snnmap_spikes_in_answer, capacity) == 4);

/* Type 0x22; behind it spike_count times snnmap_spike. */
typedef struct {
  uint8_t clears_first;
  uint8_t reserved0[3];
  uint32_t ticks;
  uint32_t spike_count;
} snnmap_run;
SNNMAP_ASSERT(run_size, sizeof(snnmap_run) == 12);
SNNMAP_ASSERT(run_at_clears_first, offsetof(snnmap_run, clears_first) == 0);
SNNMAP_ASSERT(run_at_ticks, offsetof(snnmap_run, ticks) == 4);
SNNMAP_ASSERT(run_at_spike_count, offsetof(snnmap_run, spike_count) == 8);

/* Type 0xA2; behind it spike_count times snnmap_spike. */
typedef struct {
  uint32_t current_tick;
  uint32_t crc;
  uint64_t spikes;
  uint64_t input_events;
  uint64_t output_events;
  uint32_t spike_count;
  uint8_t reserved0[4];
} snnmap_run_answer;
SNNMAP_ASSERT(run_answer_size, sizeof(snnmap_run_answer) == 40);
SNNMAP_ASSERT(run_answer_at_current_tick, offsetof(snnmap_run_answer, current_tick) == 0);
SNNMAP_ASSERT(run_answer_at_crc, offsetof(snnmap_run_answer, crc) == 4);
SNNMAP_ASSERT(run_answer_at_spikes, offsetof(snnmap_run_answer, spikes) == 8);
SNNMAP_ASSERT(run_answer_at_input_events, offsetof(snnmap_run_answer, input_events) == 16);
SNNMAP_ASSERT(run_answer_at_output_events, offsetof(snnmap_run_answer, output_events) == 24);
SNNMAP_ASSERT(run_answer_at_spike_count, offsetof(snnmap_run_answer, spike_count) == 32);

/* Type 0xB0; behind it spike_count times snnmap_spike. */
typedef struct {
  uint32_t spike_count;
} snnmap_spikes_out;
SNNMAP_ASSERT(spikes_out_size, sizeof(snnmap_spikes_out) == 4);
SNNMAP_ASSERT(spikes_out_at_spike_count, offsetof(snnmap_spikes_out, spike_count) == 0);

/* Type 0xB1; behind it readout_count times snnmap_readout. */
typedef struct {
  uint32_t readout_count;
} snnmap_membranes_out;
SNNMAP_ASSERT(membranes_out_size, sizeof(snnmap_membranes_out) == 4);
SNNMAP_ASSERT(membranes_out_at_readout_count, offsetof(snnmap_membranes_out, readout_count) == 0);

/* Type 0x23. */
typedef struct {
  uint16_t core;
  uint8_t reserved0[2];
  uint32_t first_neuron;
  uint32_t count;
} snnmap_state;
SNNMAP_ASSERT(state_size, sizeof(snnmap_state) == 12);
SNNMAP_ASSERT(state_at_core, offsetof(snnmap_state, core) == 0);
SNNMAP_ASSERT(state_at_first_neuron, offsetof(snnmap_state, first_neuron) == 4);
SNNMAP_ASSERT(state_at_count, offsetof(snnmap_state, count) == 8);

/* Type 0xA3; behind it count times int32_t. */
typedef struct {
  uint32_t current_tick;
  uint32_t neuron_count;
  uint32_t count;
  uint32_t crc;
} snnmap_state_answer;
SNNMAP_ASSERT(state_answer_size, sizeof(snnmap_state_answer) == 16);
SNNMAP_ASSERT(state_answer_at_current_tick, offsetof(snnmap_state_answer, current_tick) == 0);
SNNMAP_ASSERT(state_answer_at_neuron_count, offsetof(snnmap_state_answer, neuron_count) == 4);
SNNMAP_ASSERT(state_answer_at_count, offsetof(snnmap_state_answer, count) == 8);
SNNMAP_ASSERT(state_answer_at_crc, offsetof(snnmap_state_answer, crc) == 12);

/* Type 0xA4. */
typedef struct {
  uint64_t uptime_milliseconds;
  uint64_t frames_received;
  uint64_t frames_damaged;
  uint64_t bytes_written;
  uint64_t clears;
  uint64_t ticks;
  uint64_t input_events;
  uint64_t spikes;
} snnmap_stats_answer;
SNNMAP_ASSERT(stats_answer_size, sizeof(snnmap_stats_answer) == 64);
SNNMAP_ASSERT(stats_answer_at_uptime_milliseconds, offsetof(snnmap_stats_answer, uptime_milliseconds) == 0);
SNNMAP_ASSERT(stats_answer_at_frames_received, offsetof(snnmap_stats_answer, frames_received) == 8);
SNNMAP_ASSERT(stats_answer_at_frames_damaged, offsetof(snnmap_stats_answer, frames_damaged) == 16);
SNNMAP_ASSERT(stats_answer_at_bytes_written, offsetof(snnmap_stats_answer, bytes_written) == 24);
SNNMAP_ASSERT(stats_answer_at_clears, offsetof(snnmap_stats_answer, clears) == 32);
SNNMAP_ASSERT(stats_answer_at_ticks, offsetof(snnmap_stats_answer, ticks) == 40);
SNNMAP_ASSERT(stats_answer_at_input_events, offsetof(snnmap_stats_answer, input_events) == 48);
SNNMAP_ASSERT(stats_answer_at_spikes, offsetof(snnmap_stats_answer, spikes) == 56);

/* Type 0xF0. */
typedef struct {
  uint8_t activity;
  uint8_t reserved0[7];
  uint64_t done;
  uint64_t total;
} snnmap_progress;
SNNMAP_ASSERT(progress_size, sizeof(snnmap_progress) == 24);
SNNMAP_ASSERT(progress_at_activity, offsetof(snnmap_progress, activity) == 0);
SNNMAP_ASSERT(progress_at_done, offsetof(snnmap_progress, done) == 8);
SNNMAP_ASSERT(progress_at_total, offsetof(snnmap_progress, total) == 16);

/* Type 0xFF. */
typedef struct {
  uint16_t code;
  uint8_t is_retryable;
  uint8_t reserved0[1];
  uint32_t retry_after_milliseconds;
  uint32_t detail;
  uint8_t reserved1[4];
  uint64_t offset;
} snnmap_error;
SNNMAP_ASSERT(error_size, sizeof(snnmap_error) == 24);
SNNMAP_ASSERT(error_at_code, offsetof(snnmap_error, code) == 0);
SNNMAP_ASSERT(error_at_is_retryable, offsetof(snnmap_error, is_retryable) == 2);
SNNMAP_ASSERT(error_at_retry_after_milliseconds, offsetof(snnmap_error, retry_after_milliseconds) == 4);
SNNMAP_ASSERT(error_at_detail, offsetof(snnmap_error, detail) == 8);
SNNMAP_ASSERT(error_at_offset, offsetof(snnmap_error, offset) == 16);

/* Type 0x25. */
typedef struct {
  uint8_t mode;
  uint8_t clears_first;
  uint8_t reserved0[2];
  uint32_t tick_microseconds;
  uint64_t output_credit;
} snnmap_stream;
SNNMAP_ASSERT(stream_size, sizeof(snnmap_stream) == 16);
SNNMAP_ASSERT(stream_at_mode, offsetof(snnmap_stream, mode) == 0);
SNNMAP_ASSERT(stream_at_clears_first, offsetof(snnmap_stream, clears_first) == 1);
SNNMAP_ASSERT(stream_at_tick_microseconds, offsetof(snnmap_stream, tick_microseconds) == 4);
SNNMAP_ASSERT(stream_at_output_credit, offsetof(snnmap_stream, output_credit) == 8);

/* Type 0xA5. */
typedef struct {
  uint32_t current_tick;
  uint32_t crc;
  uint64_t input_credit;
  uint64_t dropped_in;
  uint64_t dropped_out;
  uint64_t spikes;
  uint64_t input_events;
  uint64_t output_events;
} snnmap_stream_answer;
SNNMAP_ASSERT(stream_answer_size, sizeof(snnmap_stream_answer) == 56);
SNNMAP_ASSERT(stream_answer_at_current_tick, offsetof(snnmap_stream_answer, current_tick) == 0);
SNNMAP_ASSERT(stream_answer_at_crc, offsetof(snnmap_stream_answer, crc) == 4);
SNNMAP_ASSERT(stream_answer_at_input_credit, offsetof(snnmap_stream_answer, input_credit) == 8);
SNNMAP_ASSERT(stream_answer_at_dropped_in, offsetof(snnmap_stream_answer, dropped_in) == 16);
SNNMAP_ASSERT(stream_answer_at_dropped_out, offsetof(snnmap_stream_answer, dropped_out) == 24);
SNNMAP_ASSERT(stream_answer_at_spikes, offsetof(snnmap_stream_answer, spikes) == 32);
SNNMAP_ASSERT(stream_answer_at_input_events, offsetof(snnmap_stream_answer, input_events) == 40);
SNNMAP_ASSERT(stream_answer_at_output_events, offsetof(snnmap_stream_answer, output_events) == 48);

/* Type 0x26; behind it spike_count times snnmap_spike. */
typedef struct {
  uint32_t complete_before;
  uint32_t spike_count;
} snnmap_stream_in;
SNNMAP_ASSERT(stream_in_size, sizeof(snnmap_stream_in) == 8);
SNNMAP_ASSERT(stream_in_at_complete_before, offsetof(snnmap_stream_in, complete_before) == 0);
SNNMAP_ASSERT(stream_in_at_spike_count, offsetof(snnmap_stream_in, spike_count) == 4);

/* Type 0x27. */
typedef struct {
  uint64_t output_credit;
} snnmap_credit;
SNNMAP_ASSERT(credit_size, sizeof(snnmap_credit) == 8);
SNNMAP_ASSERT(credit_at_output_credit, offsetof(snnmap_credit, output_credit) == 0);

/* Type 0xB2; behind it spike_count times snnmap_spike. */
typedef struct {
  uint32_t current_tick;
  uint32_t crc;
  uint64_t input_credit;
  uint64_t dropped_in;
  uint64_t dropped_out;
  uint32_t told_before;
  uint32_t spike_count;
} snnmap_stream_out;
SNNMAP_ASSERT(stream_out_size, sizeof(snnmap_stream_out) == 40);
SNNMAP_ASSERT(stream_out_at_current_tick, offsetof(snnmap_stream_out, current_tick) == 0);
SNNMAP_ASSERT(stream_out_at_crc, offsetof(snnmap_stream_out, crc) == 4);
SNNMAP_ASSERT(stream_out_at_input_credit, offsetof(snnmap_stream_out, input_credit) == 8);
SNNMAP_ASSERT(stream_out_at_dropped_in, offsetof(snnmap_stream_out, dropped_in) == 16);
SNNMAP_ASSERT(stream_out_at_dropped_out, offsetof(snnmap_stream_out, dropped_out) == 24);
SNNMAP_ASSERT(stream_out_at_told_before, offsetof(snnmap_stream_out, told_before) == 32);
SNNMAP_ASSERT(stream_out_at_spike_count, offsetof(snnmap_stream_out, spike_count) == 36);

#pragma pack(pop)

#endif
