#include <cctype>

#include "core/exchange/assemble_network.h"

namespace bypath {
namespace {

constexpr size_t mostSegments = 12;
constexpr size_t longestName = 60;

bool mayStand(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '/')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// "name" or "name[3]"
bool isSegment(const std::string& text) {
  const size_t bracket = text.find('[');
  const std::string name = text.substr(0, bracket);
  if (name.empty() || name != nodeNameOf(name)) return false;
  if (bracket == std::string::npos) return true;
  const std::string number = text.substr(bracket + 1);
  if (number.size() < 2 || number.size() > 6 || number.back() != ']' || number[0] == '0') return false;
  for (const char c : number.substr(0, number.size() - 1))
    if (!std::isdigit(static_cast<unsigned char>(c))) return false;
  return true;
}

}  // namespace

std::string nodeNameOf(const std::string& text) {
  std::string name;
  for (const char c : text)
    if (mayStand(c))
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name.substr(0, longestName);
}

std::string usualName(const std::string& type) {
  if (type == "conv2d") return "conv";
  if (type == "conv2d_transposed") return "deconv";
  if (type == "batch_norm") return "bn";
  if (type == "dense") return "fc";
  if (type == "global_average_pool" || type == "max_pool" || type == "average_pool") return "pool";
  if (type == "residual_block") return "stage";
  return type;
}

std::string moduleName(const std::string& nodeName) {
  const std::vector<std::string> parts = split(nodeName);
  return parts.size() < 2 ? std::string() : nodeNameOf(parts[parts.size() - 2]);
}

std::vector<std::string> pathSegments(const std::string& path) {
  std::vector<std::string> segments = split(path);
  if (segments.size() > mostSegments) return {};
  for (const std::string& segment : segments)
    if (!isSegment(segment)) return {};
  return segments;
}

}  // namespace bypath
