#include "core/base/bounded_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace bypath {
namespace {

Error cannotRead(const std::filesystem::path& path, int code) {
  return {ErrorKind::io, "Cannot read " + path.string() + ": " + std::generic_category().message(code) + "."};
}

}  // namespace

BoundedReader::BoundedReader(std::filesystem::path path, int descriptor, uint64_t size)
    : path_(std::move(path)), descriptor_(descriptor), size_(size) {}

BoundedReader::BoundedReader(BoundedReader&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      position_(other.position_) {}

BoundedReader::~BoundedReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<BoundedReader> BoundedReader::open(const std::filesystem::path& path, uint64_t maximumBytes) {
  // Without O_NONBLOCK, opening a FIFO would wait for somebody to write into it.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return cannotRead(path, errno);
  BoundedReader reader(path, descriptor, 0);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return cannotRead(path, errno);
  if (!S_ISREG(status.st_mode)) {
    const std::string kind = S_ISDIR(status.st_mode) ? "a folder" : "not a regular file";
    return Error{ErrorKind::data, "Cannot read " + path.string() + ": it is " + kind + "; give a file."};
  }
  reader.size_ = static_cast<uint64_t>(status.st_size);
  if (reader.size_ > maximumBytes)
    return Error{ErrorKind::data, "Cannot read " + path.string() + ": it has " +
                                      std::to_string(reader.size_) + " bytes and at most " +
                                      std::to_string(maximumBytes) + " are accepted here."};
  return reader;
}

Result<void> BoundedReader::read(void* out, uint64_t bytes) {
  const auto cutShort = [&](uint64_t missing) {
    return Error{ErrorKind::data, path_.string() + " is cut short: " + std::to_string(bytes) +
                                      " bytes were expected at byte " + std::to_string(position_) + " and " +
                                      std::to_string(missing) + " are missing; get the file again."};
  };
  if (bytes > remaining()) return cutShort(bytes - remaining());
  uint64_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::pread(descriptor_, static_cast<char*>(out) + done, bytes - done,
                                static_cast<off_t>(position_ + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannotRead(path_, errno);
    if (got == 0) return cutShort(bytes - done);  // somebody shortened it since it was opened
    done += static_cast<uint64_t>(got);
  }
  position_ += bytes;
  return {};
}

Result<void> BoundedReader::seek(uint64_t position) {
  if (position > size_)
    return Error{ErrorKind::data, path_.string() + " is cut short: it has " + std::to_string(size_) +
                                      " bytes and byte " + std::to_string(position) + " was asked for."};
  position_ = position;
  return {};
}

Result<std::string> readTextFile(const std::filesystem::path& path, uint64_t maximumBytes) {
  Result<BoundedReader> reader = BoundedReader::open(path, maximumBytes);
  if (!reader) return reader.error();
  std::string text(reader->size(), '\0');
  if (Result<void> done = reader->read(text.data(), text.size()); !done) return done.error();
  return text;
}

Result<nlohmann::json> readJsonFile(const std::filesystem::path& path, const JsonLimits& limits) {
  const Result<std::string> text = readTextFile(path, limits.bytes);
  if (!text) return text.error();
  return parseJson(*text, path.string(), limits);
}

}  // namespace bypath
