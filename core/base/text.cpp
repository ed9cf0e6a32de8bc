#include "core/base/text.h"

#include <array>
#include <cstdio>

namespace bypath {

namespace {

template <size_t N>
std::string scaled(double value, double unit, const std::array<const char*, N>& names) {
  size_t i = 0;
  while (value >= unit && i + 1 < N) {
    value /= unit;
    ++i;
  }
  return fixedText(value, i == 0 ? 0 : 1) + names[i];
}

}  // namespace

std::string fixedText(double value, int digits) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<size_t>(length)};
}

std::string bytesText(uint64_t bytes) {
  return scaled(static_cast<double>(bytes), 1024, std::array{" B", " KiB", " MiB", " GiB", " TiB"});
}

std::string shortCount(double count) {
  return scaled(count, 1000, std::array{"", " k", " M", " G", " T"});
}

std::string rightAligned(const std::string& text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string numberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace bypath
