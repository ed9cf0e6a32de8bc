#include "core/base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

namespace bypath {
namespace {

std::filesystem::path folderOf(const std::filesystem::path& target) {
  const std::filesystem::path folder = target.parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

// Short whatever the target's name is, and hidden, so that a killed program leaves nothing that looks like a
// result.
std::filesystem::path temporaryName(const std::filesystem::path& folder) {
  static std::atomic<uint64_t> counter{0};
  return folder / (".bypath-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".part");
}

Error cannotWrite(const std::filesystem::path& target, const std::string& what, int code) {
  std::string advice = ".";
  if (code == ENOSPC || code == EDQUOT) advice = "; free some space and try again.";
  if (code == ENOENT) advice = "; make the folder first.";
  if (code == EACCES || code == EPERM || code == EROFS) advice = "; choose a folder you may write to.";
  return {ErrorKind::io, "Cannot write " + target.string() + ": " + what + " failed, " +
                             std::generic_category().message(code) + advice};
}

// 0, or the errno. A folder that cannot be synced at all (EINVAL on some file systems) is not an error.
int syncFolder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int code = ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
  ::close(descriptor);
  return code;
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path target, std::filesystem::path temporary, int descriptor)
    : target_(std::move(target)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Error AtomicFile::failure(const std::string& what, int code) const {
  return cannotWrite(target_, what, code);
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& target) {
  // A symbolic link keeps pointing where it does: the file behind it is replaced.
  std::error_code unresolved;
  std::filesystem::path place = std::filesystem::canonical(target, unresolved);
  if (unresolved) place = target;

  struct stat existing {};
  const bool exists = ::stat(place.c_str(), &existing) == 0;
  if (exists && !S_ISREG(existing.st_mode))
    return Error{ErrorKind::io,
                 "Cannot write " + target.string() + ": it is not a regular file; choose another name."};
  if (!place.has_filename())
    return Error{ErrorKind::io,
                 "Cannot write '" + target.string() + "': it names no file; give a file name."};

  constexpr int attempts = 100;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    std::filesystem::path temporary = temporaryName(folderOf(place));
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      AtomicFile file(std::move(place), std::move(temporary), descriptor);
      if (exists && ::fchmod(descriptor, existing.st_mode & 0777) != 0)
        return file.failure("setting the permissions", errno);
      return file;
    }
    if (errno != EEXIST) return cannotWrite(target, "making a temporary file", errno);
  }
  return cannotWrite(target, "making a temporary file", EEXIST);
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure("writing", errno);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

Result<void> AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) return failure("flushing to the disk", errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) return failure("closing", errno);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) return failure("renaming the finished file", errno);
  temporary_.clear();
  if (const int code = syncFolder(folderOf(target_))) return failure("flushing the folder", code);
  return {};
}

Result<void> writeFileAtomically(const std::filesystem::path& target, std::span<const std::byte> bytes) {
  Result<AtomicFile> file = AtomicFile::create(target);
  if (!file) return file.error();
  if (Result<void> written = file->write(bytes); !written) return written;
  return file->commit();
}

Result<void> writeFileAtomically(const std::filesystem::path& target, std::string_view text) {
  return writeFileAtomically(target, std::as_bytes(std::span(text)));
}

}  // namespace bypath
