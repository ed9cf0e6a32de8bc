#include "core/ops/shape_check.h"

namespace bypath {

ShapeCheck::ShapeCheck(const OpCall& call, std::vector<const char*> names, size_t required)
    : ShapeCheck(call, std::move(names)) {
  const size_t given = call_.inputs.size();
  that(given >= required && given <= names_.size(),
       "it takes " + std::to_string(required) +
           (required == names_.size() ? "" : " to " + std::to_string(names_.size())) + " inputs, not " +
           std::to_string(given));
}

ShapeCheck ShapeCheck::several(const OpCall& call, const char* name, size_t least) {
  ShapeCheck check(call, {name});
  check.that(call.inputs.size() >= least, "it takes at least " + std::to_string(least) + " inputs, not " +
                                              std::to_string(call.inputs.size()));
  return check;
}

bool ShapeCheck::ranks(std::initializer_list<int> expected) {
  size_t input = 0;
  for (int rankOfInput : expected) {
    if (!reason_.empty()) return false;
    if (input < call_.inputs.size()) rank(input, rankOfInput);
    ++input;
  }
  return reason_.empty();
}

bool ShapeCheck::everyRank(int expected) {
  for (size_t i = 0; i < call_.inputs.size() && reason_.empty(); ++i) rank(i, expected);
  return reason_.empty();
}

bool ShapeCheck::same(size_t a, size_t b) {
  if (!reason_.empty() || b >= call_.inputs.size()) return reason_.empty();
  return that(call_.inputs[a] == call_.inputs[b], name(b) + " must have the shape of " + name(a) + ", " +
                                                      call_.inputs[a].text() + ", not " +
                                                      call_.inputs[b].text());
}

bool ShapeCheck::shapeIs(size_t input, const Shape& shape) {
  if (!reason_.empty() || input >= call_.inputs.size()) return reason_.empty();
  return that(call_.inputs[input] == shape,
              name(input) + " must be " + shape.text() + ", not " + call_.inputs[input].text());
}

bool ShapeCheck::positive(std::initializer_list<const char*> attributes) {
  for (const char* key : attributes) {
    const int64_t value = call_.attributes.integer(key);
    that(value >= 1, std::string(key) + " must be at least 1, not " + std::to_string(value));
  }
  return reason_.empty();
}

bool ShapeCheck::that(bool holds, const std::string& otherwise) {
  if (!holds && reason_.empty()) reason_ = otherwise;
  return reason_.empty();
}

std::string ShapeCheck::name(size_t input) const {
  return input < names_.size() && call_.inputs.size() <= names_.size()
             ? names_[input]
             : std::string("input ") + std::to_string(input + 1);
}

bool ShapeCheck::rank(size_t input, int expected) {
  const Shape& shape = call_.inputs[input];
  if (!that(expected == 0 ? shape.rank() >= 1 : shape.rank() == expected,
            name(input) + " must have " + std::to_string(expected == 0 ? 1 : expected) +
                (expected == 0   ? " or more dimensions"
                 : expected == 1 ? " dimension"
                                 : " dimensions") +
                ", not " + std::to_string(shape.rank()) + (shape.rank() ? " (" + shape.text() + ")" : "")))
    return false;
  for (int axis = 0; axis < shape.rank(); ++axis)
    that(shape[axis] >= 1, name(input) + " is empty (" + shape.text() + ")");
  return reason_.empty();
}

}  // namespace bypath
