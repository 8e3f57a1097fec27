// h5_file.h -- opens an HDF5 file that may be hostile, in memory or on the disk, and reads texts of
// variable length out of it.
//
// HDF5 believes what a file says of the lengths and places of such texts, and copies as much. So
// only the references to them are read through it; the texts are taken from the bytes of the file,
// where each claim is compared with what is there.
//
// HDF5 is called by one thread only. Several files may be open; they close in any order.
#ifndef SW_BASE_H5_FILE_H
#define SW_BASE_H5_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/file.h"
#include "base/status.h"

// Which forms of HDF5 are read. Old ones keep metadata without checksums: damage to them is found
// late or not at all.
typedef enum sw_h5_forms { SW_H5_ALL_FORMS, SW_H5_CHECKED_FORMS } sw_h5_forms;

// A heap: a piece of the file that holds texts.
typedef struct sw_h5_heap {
    uint64_t at;               // place in the file; 0: none read
    size_t size;               // bytes
    const unsigned char *data; // [size]
    unsigned char *own;        // what `data` was read into, when the file is on the disk
    size_t room;               // of `own`
    size_t next;               // where the text after the last one found starts
} sw_h5_heap;

typedef struct sw_h5_file {
    hid_t id;
    bool used;            // false: never opened, as after {0}
    const sw_file *bytes; // NULL: on the disk
    bool no_memory;       // why bytes could not be opened
    int fd;               // of a file on the disk; -1: not open
    uint64_t size;        // bytes
    hid_t reference;      // type that references to texts are read as; 0: not made yet
    sw_h5_heap heap;      // read last
    uint64_t n_text_byte; // of all texts found
    int64_t n_step;       // of all searches
} sw_h5_file;

// Starts HDF5, once: a file that could not be written must not be tried again when the program
// ends, which HDF5 has to be told before anything else. False: it does not start.
bool sw_h5_start(void);

// Opens bytes, which are borrowed until the file is closed: it cannot change under its reader, and
// nothing on the disk is opened. Close in any case.
sw_status sw_h5_file_open(sw_h5_file *h5, const char *path, const sw_file *bytes, sw_h5_forms forms,
                          sw_error *err);
// Opens a file on the disk, of which only what is asked for is read. Close in any case.
sw_status sw_h5_file_open_path(sw_h5_file *h5, const char *path, sw_h5_forms forms, sw_error *err);
void sw_h5_file_close(sw_h5_file *h5);

// True when there is an object of that path, such as "/obs/name", and every part of the path is in
// the file itself: no link leads elsewhere.
bool sw_h5_file_has(const sw_h5_file *h5, const char *path);

// How a dataset's values lie in the file itself: one after another, in chunks, or not there at all.
typedef enum sw_h5_place { SW_H5_ELSEWHERE, SW_H5_PLAIN, SW_H5_CHUNKS } sw_h5_place;
sw_h5_place sw_h5_place_of(hid_t dataset);

// A chunk may be so many times smaller than its values, which is more than filters make of numbers.
enum { SW_H5_MOST_INFLATION = 2048 };

// True when the file itself, of `file_bytes`, stores so many bytes of a dataset's values. HDF5
// would read past what is stored.
bool sw_h5_is_stored(hid_t dataset, uint64_t claimed_bytes, uint64_t file_bytes);

// True when every chunk of a dataset of `n` elements in one dimension is there and, where it is not
// compressed, as long as it must be: HDF5 would read past shorter ones. How long a compressed one
// becomes is not known before.
bool sw_h5_chunks_are_whole(hid_t dataset, uint64_t n, uint64_t element_bytes);

// True for the first bytes of an HDF5 file.
bool sw_h5_is_file(const sw_file *bytes);

// A reference to a text of variable length, as the file has it.
typedef struct sw_h5_reference {
    unsigned char byte[16];
} sw_h5_reference;

// Reads the references of all texts of an attribute or dataset, whose number the caller has
// compared with the file's size; false when they are none.
bool sw_h5_file_references(sw_h5_file *h5, hid_t id, sw_h5_reference *reference);
// Finds the text of a reference: `n` bytes without a final 0, borrowed until the next search. All
// texts together are at most as long as the file. SW_ERR_BAD_INPUT: it is not there.
sw_status sw_h5_file_text(sw_h5_file *h5, const sw_h5_reference *reference, const char **text,
                          size_t *n);
// Gives back what reading texts took; sw_h5_file_close does it.
void sw_h5_file_forget_texts(sw_h5_file *h5);

#endif
