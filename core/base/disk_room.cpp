#include "core/base/disk_room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace bypath {
namespace {

bool saysFull(int code) {
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

}  // namespace

bool hasRoom(const std::filesystem::path& folder, uint64_t bytes) {
  std::string name = (folder / ".bypath-room-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return !saysFull(errno);
  ::unlink(name.c_str());
  const int code = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes));
  ::close(descriptor);
  return !saysFull(code);
}

uint64_t freeBytes(const std::filesystem::path& folder) {
  std::error_code problem;
  const std::filesystem::space_info space = std::filesystem::space(folder, problem);
  return problem ? 0 : space.available;
}

}  // namespace bypath
