// SHA-256 as lower-case hexadecimal text (OpenSSL's libcrypto).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace bypath {

std::string sha256(std::span<const std::byte> bytes);
std::string sha256(std::string_view text);

}  // namespace bypath
