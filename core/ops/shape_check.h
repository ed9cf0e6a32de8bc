// What shape rules ask of a call's inputs. A check that fails keeps its reason, the end of the sentence
// "stem/conv: conv2d of ... is impossible: <reason>."
//
//   ShapeCheck check(call, {"x", "w", "bias"}, 2);
//   if (!check.ranks({4, 4, 1}) || !check.that(x == w, "...")) return check.error();
#pragma once

#include <string>
#include <vector>

#include "core/ops/op_type.h"

namespace bypath {

class ShapeCheck {
 public:
  // The first `required` of the named inputs must be there, the others may be.
  ShapeCheck(const OpCall& call, std::vector<const char*> names, size_t required);
  // `least` or more inputs of one kind.
  static ShapeCheck several(const OpCall& call, const char* name, size_t least);

  // Rank of each input that is there, 0 for any rank from 1; every size is at least 1.
  bool ranks(std::initializer_list<int> expected);
  bool everyRank(int expected);
  bool same(size_t a, size_t b);
  bool shapeIs(size_t input, const Shape& shape);
  bool positive(std::initializer_list<const char*> attributes);
  bool that(bool holds, const std::string& otherwise);

  bool ok() const { return reason_.empty(); }
  Error error() const { return {ErrorKind::data, reason_}; }

 private:
  ShapeCheck(const OpCall& call, std::vector<const char*> names) : call_(call), names_(std::move(names)) {}
  std::string name(size_t input) const;
  bool rank(size_t input, int expected);

  const OpCall& call_;
  std::vector<const char*> names_;
  std::string reason_;
};

}  // namespace bypath
