//! The heap: jemalloc instead of the system's allocator, for every program that uses this library.
//!
//! The store replaces whole pages of its tree, so large pieces come and go all the time, on several threads. Measured in MB of resident memory on two
//! cores: first start, second start, peak of an import of 40,000 terms, ten and thirty seconds after it.
//!
//! | allocator | first | second | peak | +10 s | +30 s |
//! | --- | --- | --- | --- | --- | --- |
//! | GNU libc's | 101 | 26 | 584 | 575 | 574 |
//! | mimalloc 2 | 193 | 79 | 789 | 270 | 267 |
//! | mimalloc 3 | 169 | 60 | 734 | 302 | 257 |
//! | jemalloc 5.3 | 107 | 19 | 603 | 424 | 144 |
//! | jemalloc 5.3, as set here | 77 | 19 | 592 | 132 | 132 |

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static HEAP: Jemalloc = Jemalloc;

/// jemalloc reads this before `main`. Its own thread gives back what has been free for a second: by itself it does so only while somebody allocates,
/// and then only after ten.
#[expect(unsafe_code)]
#[unsafe(export_name = "_rjem_malloc_conf")]
static SETTINGS: Settings = Settings(c"background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0".as_ptr());

/// A C text that lives as long as the program.
#[repr(transparent)]
struct Settings(*const core::ffi::c_char);

#[expect(unsafe_code)]
// SAFETY: points to a constant, and nobody writes through it.
unsafe impl Sync for Settings {}
