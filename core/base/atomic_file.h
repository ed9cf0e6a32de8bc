// Writes a file whole or not at all: a temporary beside the target, write, fsync, rename, fsync of the
// folder. The temporary is removed when anything fails, so a full disk costs nothing but the attempt.
//
//   Result<void> done = writeFileAtomically(path, text);
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bypath {

class AtomicFile {
 public:
  // Opens a temporary in the target's folder, which must exist.
  static Result<AtomicFile> create(const std::filesystem::path& target);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();  // removes the temporary unless commit() succeeded

  Result<void> write(std::span<const std::byte> bytes);
  Result<void> commit();

 private:
  AtomicFile(std::filesystem::path target, std::filesystem::path temporary, int descriptor);
  Error failure(const std::string& what, int code) const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

Result<void> writeFileAtomically(const std::filesystem::path& target, std::string_view text);
Result<void> writeFileAtomically(const std::filesystem::path& target, std::span<const std::byte> bytes);

}  // namespace bypath
