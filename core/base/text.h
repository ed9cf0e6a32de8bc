// Numbers as a person reads them.
#pragma once

#include <cstdint>
#include <string>

namespace bypath {

// "512 B", "1.5 KiB", "12.3 MiB", "1.2 GiB"
std::string bytesText(uint64_t bytes);
// "40.6 M", "1.25 G"
std::string shortCount(double count);
// With a given number of digits after the point.
std::string fixedText(double value, int digits);
// With spaces in front, at least so wide.
std::string rightAligned(const std::string& text, size_t width);

// "0.05", "1e-06": six digits, as few as say it.
std::string numberText(double value);
// A loss or a share: "0.0523", "1790.4".
std::string lossText(double value);
// The shortest text that reads back as the same number.
std::string exactText(double value);
// "1h 02m", "3m 20s".
std::string clockText(double seconds);
// "269,722"
std::string withThousands(int64_t number);

}  // namespace bypath
