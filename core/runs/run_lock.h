// Keeps two programs from training in one folder. Held by a lock on the file "lock" there; it ends with the
// program, however that ends.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace bypath {

class RunLock {
 public:
  // ErrorKind::usage when another program holds it.
  static Result<RunLock> acquire(const std::filesystem::path& folder);
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  ~RunLock();

 private:
  explicit RunLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace bypath
