#include "core/engines/cuda/convolution_choices.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace bypath {
namespace {

constexpr std::array partNames{"forward", "input", "weights"};
constexpr std::array mathNames{"float32", "tf32", "bf16"};
constexpr size_t largestText = size_t{1} << 20;
constexpr int32_t largestNumber = 9999;

// Takes a key apart, word by word.
class KeyReader {
 public:
  explicit KeyReader(std::string_view text) : text_(text) {}

  bool word(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool number(int32_t& value) {
    const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (problem != std::errc{}) return false;
    text_.remove_prefix(static_cast<size_t>(end - text_.data()));
    return true;
  }
  bool numberAfter(std::string_view before, int32_t& value) { return word(before) && number(value); }
  template <class Enum, size_t n>
  bool name(const std::array<const char*, n>& names, Enum& value) {
    for (size_t i = 0; i < n; ++i)
      if (word(names[i])) {
        value = static_cast<Enum>(i);
        return true;
      }
    return false;
  }
  bool atEnd() const { return text_.empty(); }

 private:
  std::string_view text_;
};

// What key() writes is what is read.
bool isKey(std::string_view text) {
  static constexpr float someBias = 0;
  ConvolutionCall q;
  KeyReader read(text);
  const bool sizes =
      read.name(partNames, q.part) && read.word(" ") && read.name(mathNames, q.math) &&
      read.numberAfter(" n", q.n) && read.numberAfter(" h", q.h) && read.numberAfter(" w", q.w) &&
      read.numberAfter(" c", q.c) && read.numberAfter(" k", q.k) && read.numberAfter(" ", q.kh) &&
      read.numberAfter("x", q.kw) && read.numberAfter(" s", q.strideH) && read.numberAfter("x", q.strideW) &&
      read.numberAfter(" p", q.padH) && read.numberAfter("x", q.padW);
  if (!sizes) return false;
  if (read.word(" bias")) q.bias = &someBias;
  q.relu = read.word(" relu");
  q.addToResult = read.word(" add");
  const int32_t least = std::min({q.n, q.h, q.w, q.c, q.k, q.kh, q.kw, q.strideH, q.strideW});
  return read.atEnd() && least >= 1 && q.padH >= 0 && q.padW >= 0 && ConvolutionChoices::key(q) == text;
}

std::optional<int32_t> numberOf(std::string_view text) {
  int32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || number < 0 || number > largestNumber)
    return std::nullopt;
  return std::to_string(number) == text ? std::optional(number) : std::nullopt;
}

}  // namespace

std::vector<ConvolutionAlgorithm> convolutionWays(Device& device, const ConvolutionCall& call, bool fast) {
  std::array<ConvolutionAlgorithm, 64> listed;
  int32_t found = 0;
  if (device.convolutionAlgorithms(call, listed.data(), static_cast<int32_t>(listed.size()), &found) !=
      DeviceCode::ok)
    return {};
  std::vector<ConvolutionAlgorithm> ways;
  for (int32_t i = 0; i < found; ++i) {
    const ConvolutionAlgorithm& way = listed[static_cast<size_t>(i)];
    if ((fast || way.deterministic) && way.workspaceBytes <= largestConvolutionWorkspace) ways.push_back(way);
  }
  return ways;
}

std::string ConvolutionChoices::key(const ConvolutionCall& q) {
  const auto text = [](int32_t value) { return std::to_string(value); };
  const auto pair = [&](int32_t a, int32_t b) { return text(a) + "x" + text(b); };
  return std::string(partNames[static_cast<size_t>(q.part)]) + " " + mathNames[static_cast<size_t>(q.math)] +
         " n" + text(q.n) + " h" + text(q.h) + " w" + text(q.w) + " c" + text(q.c) + " k" + text(q.k) + " " +
         pair(q.kh, q.kw) + " s" + pair(q.strideH, q.strideW) + " p" + pair(q.padH, q.padW) +
         (q.bias ? " bias" : "") + (q.relu ? " relu" : "") + (q.addToResult ? " add" : "");
}

int32_t ConvolutionChoices::number(const ConvolutionCall& call) const {
  const std::lock_guard lock(*mutex_);
  const auto found = numbers_.find(key(call));
  return found == numbers_.end() ? -1 : found->second;
}

void ConvolutionChoices::tune(const DeviceQueue& queue, ConvolutionCall call, bool fast) {
  const std::string name = key(call);
  std::vector<ConvolutionAlgorithm> ways = convolutionWays(queue.device(), call, fast);
  std::erase_if(ways,
                [&](const ConvolutionAlgorithm& way) { return way.workspaceBytes > call.workspaceBytes; });
  if (ways.empty()) return;
  const std::lock_guard lock(*mutex_);
  const auto known = numbers_.find(name);
  // What was chosen with `fast`, or on another device, need not be right here.
  if (known != numbers_.end() &&
      std::ranges::any_of(ways, [&](const auto& way) { return way.number == known->second; }))
    return;
  if (known != numbers_.end()) numbers_.erase(known);
  double best = std::numeric_limits<double>::infinity();
  for (const ConvolutionAlgorithm& way : ways) {
    call.algorithm = way.number;
    for (int trial = 0; trial < 3; ++trial) {
      double seconds = 0;
      const DeviceCode code = queue.device().timeConvolution(call, &seconds);
      if (code == DeviceCode::unsupported || code == DeviceCode::outOfMemory) break;
      queue.must(code, "trying a convolution");
      if (!(seconds < best)) continue;
      best = seconds;
      numbers_[name] = way.number;
    }
  }
}

std::string ConvolutionChoices::text() const {
  const std::lock_guard lock(*mutex_);
  std::string text;
  for (const auto& [key, number] : numbers_) text += key + " = " + std::to_string(number) + "\n";
  return text;
}

Result<ConvolutionChoices> ConvolutionChoices::parse(std::string_view text) {
  if (text.size() > largestText)
    return Error{ErrorKind::data, "The choices of convolutions are larger than 1 MiB; remove the file."};
  ConvolutionChoices choices;
  for (int line = 1; !text.empty(); ++line) {
    const size_t end = text.find('\n');
    const std::string_view entry = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    constexpr std::string_view between = " = ";
    const size_t equals = entry.find(between);
    const std::string_view key = entry.substr(0, equals);
    const std::optional<int32_t> number =
        equals == std::string_view::npos ? std::nullopt : numberOf(entry.substr(equals + between.size()));
    if (!number || !isKey(key) || !choices.numbers_.emplace(key, *number).second)
      return Error{ErrorKind::data, "Line " + std::to_string(line) +
                                        " of the choices of convolutions is not one that was written by " +
                                        "Bypath; remove the file."};
  }
  return choices;
}

}  // namespace bypath
