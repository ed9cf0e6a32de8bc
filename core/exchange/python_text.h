// Names and numbers as Python writes them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace bypath {

// A name that Python and nn.Module let an attribute have: "stem-conv" becomes "stem_conv", "3x3" "n3x3",
// "train" "train_".
std::string pythonName(std::string_view text);
// "resnet 20" becomes "Resnet20"; empty where no letter is left.
std::string pythonClassName(std::string_view text);
// "\"a \\\"quoted\\\" text\""
std::string pythonText(std::string_view text);
// One line that ends no comment and no documentation before its time.
std::string pythonComment(std::string_view text);
// A number that reads back the same, always with a point or an exponent: "0.1", "1e-05", "2.0".
std::string pythonReal(double value);
// "(0.4914, 0.4822, 0.4465)"; each reads back as the same float.
std::string pythonTuple(std::span<const float> values);

// One number, or both where they differ: "3" or "(3, 1)".
std::string pythonPair(int64_t high, int64_t wide);

}  // namespace bypath
