#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
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

std::string lossText(double value) {
  char text[32];
  std::snprintf(text, sizeof text,
                std::abs(value) >= 100                  ? "%.1f"
                : std::abs(value) >= 0.01 || value == 0 ? "%.4f"
                                                        : "%.3g",
                value);
  return text;
}

std::string clockText(double seconds) {
  char text[32];
  const auto whole = static_cast<int64_t>(std::max(0.0, seconds));
  if (whole >= 3600)
    std::snprintf(text, sizeof text, "%lldh %02lldm", static_cast<long long>(whole / 3600),
                  static_cast<long long>(whole / 60 % 60));
  else
    std::snprintf(text, sizeof text, "%lldm %02llds", static_cast<long long>(whole / 60),
                  static_cast<long long>(whole % 60));
  return text;
}

std::string exactText(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

std::string withThousands(int64_t number) {
  std::string digits = std::to_string(number);
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<size_t>(at), 1, ',');
  return digits;
}

}  // namespace bypath
