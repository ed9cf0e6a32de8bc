// Edits that mend a diagnostic. Each is a pure function of the network as drawn, and leaves a network that
// has changed meanwhile as it is where its place is gone.
#pragma once

#include "core/network/check.h"

namespace bypath {

// A drawn node: its container's drawn path and its name.
struct DrawnPlace {
  std::string container;
  std::string name;
};

Fix removeNodeFix(const DrawnPlace& place);
Fix removeWireFix(const std::string& container, const Wire& wire);
Fix connectFix(const std::string& container, const Wire& wire);
Fix resetAttributeFix(const DrawnPlace& place, const std::string& key);
Fix setAttributesFix(const DrawnPlace& place, const std::string& label, const Attributes& attributes);
// Gives the second node of that name another one; wires stay with the first.
Fix renameDuplicateFix(const DrawnPlace& place);

// How many times a side of one image goes into the other's, as a stride gives it; 0 when no stride does.
int64_t strideBetween(const Shape& large, const Shape& small);

// For an Add whose inputs have different shapes (per sample, by wire): a projection or zero padding on one of
// them, the shortcut's first.
std::vector<Fix> addMismatchFixes(const std::string& container, const std::vector<Wire>& wires,
                                  const std::vector<Shape>& shapes, size_t shortcut);
// For a residual block whose shortcut does not fit: other shortcuts, for a block that turns `in` into `out`.
std::vector<Fix> blockShortcutFixes(const DrawnPlace& block, const Shape& in, const Shape& out, bool up);
// For a layer that reads a row and gets an image.
std::vector<Fix> imageToRowFixes(const std::string& container, const Wire& wire);

}  // namespace bypath
