// The only door to threads for numerical work (the only include of oneTBB in the project).
//
//   Parallel parallel(2);
//   parallel.forEach(chunks, [&](int64_t chunk) { reduceChunk(chunk); });
//
// Work is cut into a fixed number of chunks by the caller, never by the number of threads: results that are
// combined afterwards in chunk order are the same bits with 1, 2 or 4 threads.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace bypath {

class Parallel {
 public:
  // threads >= 1; 0 means all the machine has.
  explicit Parallel(int threads = 0);
  ~Parallel();
  Parallel(const Parallel&) = delete;
  Parallel& operator=(const Parallel&) = delete;

  int threads() const { return threads_; }

  // Calls body(i) once for every i in [0, count), on any thread, in any order; returns when all are done.
  template <class Body>
  void forEach(int64_t count, Body&& body) {
    forEachErased(
        count, [](void* b, int64_t i) { (*static_cast<std::remove_reference_t<Body>*>(b))(i); },
        const_cast<void*>(static_cast<const void*>(&body)));
  }

  // The slot of the calling thread inside forEach: 0 <= slot < threads(). For scratch memory only.
  int slot() const;

 private:
  void forEachErased(int64_t count, void (*body)(void*, int64_t), void* context);

  struct Arena;
  std::unique_ptr<Arena> arena_;
  int threads_;
};

// Number of hardware threads this process may use, at least 1.
int hardwareThreads();

}  // namespace bypath
