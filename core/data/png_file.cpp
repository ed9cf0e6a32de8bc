#include "core/data/png_file.h"

#include <png.h>
#include <cassert>
#include <string>

#include "core/base/atomic_file.h"

namespace bypath {

Result<void> writePng(const std::filesystem::path& path, int64_t width, int64_t height, int channels,
                      std::span<const uint8_t> pixels) {
  assert(channels == 1 || channels == 3);
  assert(pixels.size() == static_cast<size_t>(width * height * channels));
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  std::string bytes;
  if (png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr)) {
    bytes.resize(size);
    if (png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr)) {
      bytes.resize(size);
      return writeFileAtomically(path, bytes);
    }
  }
  return Error{ErrorKind::io, "Cannot make a PNG of " + std::to_string(width) + "x" + std::to_string(height) +
                                  " pixels: " + image.message + "."};
}

}  // namespace bypath
