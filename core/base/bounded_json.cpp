// JSON of unknown origin: the tree is built from the parser's events, so that the limits stop the work early.
#include <algorithm>

#include "core/base/bounded_reader.h"

namespace bypath {
namespace {

using Json = nlohmann::json;

class LimitedTreeBuilder : public nlohmann::json_sax<Json> {
 public:
  explicit LimitedTreeBuilder(const JsonLimits& limits) : limits_(limits) {}

  Json takeRoot() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return refuse("it holds binary data"); }
  bool start_object(std::size_t) override { return enter(Json::object()); }
  bool start_array(std::size_t) override { return enter(Json::array()); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }

  bool key(string_t& name) override {
    if (open_.back()->contains(name))
      return refuse("the key '" + shortened(name) + "' occurs twice in one object");
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    std::string text =
        error.what();  // "[json.exception.parse_error.101] parse error at line 1, column 4: ..."
    if (const size_t end = text.find("] "); end != std::string::npos) text.erase(0, end + 2);
    // It may quote bytes that are no UTF-8, which nobody could print.
    std::replace_if(
        text.begin(), text.end(), [](unsigned char letter) { return letter >= 0x80; }, '?');
    return refuse(shortened(text));
  }

 private:
  static std::string shortened(const std::string& text) {
    constexpr size_t longest = 160;
    if (text.size() <= longest) return text;
    size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      --end;  // not inside a UTF-8 letter
    return text.substr(0, end) + "...";
  }

  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool counted() {
    return ++values_ <= limits_.values ||
           refuse("it holds more than " + std::to_string(limits_.values) + " values");
  }

  Json* place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back();
    if (!parent.is_array()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool add(Json value) {
    if (!counted()) return false;
    place(std::move(value));
    return true;
  }

  bool enter(Json container) {
    if (!counted()) return false;
    if (static_cast<int>(open_.size()) >= limits_.depth)
      return refuse("it is nested deeper than " + std::to_string(limits_.depth) + " levels");
    open_.push_back(place(std::move(container)));
    return true;
  }

  bool leave() {
    open_.pop_back();
    return true;
  }

  const JsonLimits limits_;
  Json root_;
  std::vector<Json*> open_;  // a container moves only when a sibling follows, which is after it was left
  std::string key_;
  uint64_t values_ = 0;
  std::string problem_;
};

}  // namespace

Result<Json> parseJson(std::string_view text, const std::string& origin, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return Error{ErrorKind::data, origin + " is too large: " + std::to_string(text.size()) +
                                      " bytes of JSON, and " + std::to_string(limits.bytes) +
                                      " are accepted."};
  LimitedTreeBuilder builder(limits);
  if (!Json::sax_parse(text.begin(), text.end(), &builder))
    return Error{ErrorKind::data, origin + " cannot be read as JSON: " + builder.problem() + "."};
  return builder.takeRoot();
}

}  // namespace bypath
