// Whether a disk has room, found out by asking for it: quotas and limits count too, not only free blocks.
//
//   if (!hasRoom(folder, bytes)) say("needs " + bytesText(bytes) + ", free " + bytesText(freeBytes(folder)));
#pragma once

#include <cstdint>
#include <filesystem>

namespace bypath {

// False only where the system says that there is none; nothing is left behind.
bool hasRoom(const std::filesystem::path& folder, uint64_t bytes);
// 0 where unknown.
uint64_t freeBytes(const std::filesystem::path& folder);

}  // namespace bypath
