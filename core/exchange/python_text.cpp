#include "core/exchange/python_text.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/text.h"

namespace bypath {
namespace {

// Python's keywords, and what every nn.Module already has.
const std::set<std::string, std::less<>>& taken() {
  static const std::set<std::string, std::less<>> names = {
      "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
      "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
      "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
      //
      "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile",
      "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer",
      "get_extra_state", "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules",
      "mtia", "named_buffers", "named_children", "named_modules", "named_parameters", "parameters",
      "register_buffer", "register_backward_hook", "register_forward_hook", "register_forward_pre_hook",
      "register_full_backward_hook", "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
      "register_load_state_dict_pre_hook", "register_module", "register_parameter",
      "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_", "self",
      "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training",
      "type", "xpu", "zero_grad"};
  return names;
}

bool plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128;
}

}  // namespace

std::string pythonName(std::string_view text) {
  std::string name;
  for (const char c : text) name += plain(c) ? c : '_';
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) name = "n" + name;
  // A name that begins with an underscore is private to the module or to the class.
  if (name[0] == '_') name = "n" + name;
  if (taken().contains(name)) name += '_';
  return name;
}

std::string pythonClassName(std::string_view text) {
  std::string name;
  bool starts = true;
  for (const char c : text) {
    if (!plain(c)) {
      starts = true;
      continue;
    }
    name += starts ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    starts = false;
  }
  while (!name.empty() && std::isdigit(static_cast<unsigned char>(name[0]))) name.erase(0, 1);
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  if (taken().contains(name)) name += "_";
  return name;
}

std::string pythonText(std::string_view text) {
  // JSON's strings are Python's, as long as characters stand as they are: Python joins no surrogate pairs.
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string pythonComment(std::string_view text) {
  // Once there and back, only UTF-8 is left.
  const std::string valid = nlohmann::json::parse(pythonText(text)).get<std::string>();
  std::string line;
  for (const char c : valid) line += static_cast<unsigned char>(c) < 32 || c == '"' || c == '\\' ? ' ' : c;
  return line;
}

std::string pythonReal(double value) {
  std::string text = exactText(value);
  if (text.find_first_of(".eEn") == std::string::npos) text += ".0";
  return text;
}

std::string pythonTuple(std::span<const float> values) {
  std::string text = "(";
  for (size_t i = 0; i < values.size(); ++i) {
    char number[32];
    const auto end = std::to_chars(number, number + sizeof number, values[i]).ptr;
    std::string digits(number, end);
    if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
    text += (i ? ", " : "") + digits;
  }
  return text + (values.size() == 1 ? ",)" : ")");
}

std::string pythonPair(int64_t high, int64_t wide) {
  return high == wide ? std::to_string(high) : "(" + std::to_string(high) + ", " + std::to_string(wide) + ")";
}

}  // namespace bypath
