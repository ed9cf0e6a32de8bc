// CRC-32C (Castagnoli), as TFRecord files and many others carry it: crc32c("123456789") is 0xe3069283.
#pragma once

#include <cstdint>
#include <string_view>

namespace bypath {

uint32_t crc32c(std::string_view bytes);

}  // namespace bypath
