// Node paths, as text and against what is drawn.
//
// A checked path "stage/block[2]/branch/conv1" names one copy of what is drawn once. A drawn path
// "stage/block/conv1" names a node of the NetworkSpec: without copies, and without the generated "branch"
// around a residual block's body.
#pragma once

#include <string>
#include <string_view>

#include "core/network/check.h"

namespace bypath {

std::string_view firstSegment(std::string_view path);  // "stage"
std::string_view afterFirstSegment(
    std::string_view path);                           // "block[2]/branch/conv1"; "" when there is no more
std::string_view lastSegment(std::string_view path);  // "conv1"
std::string_view withoutLastSegment(std::string_view path);  // "stage/block[2]/branch"; "" at the top
std::string_view withoutCopy(std::string_view segment);      // "block[2]" -> "block"
// Whether a checked path is that of a drawn node or of something inside it, in any copy: "stage[2]/conv1" is
// in "stage".
bool isAtOrIn(std::string_view checkedPath, std::string_view drawn);
std::string joinPath(std::string_view container, std::string_view name);

// The drawn node a checked path belongs to: itself, or the nearest container around it that is drawn; "" for
// none.
std::string drawnPath(const NetworkSpec& network, std::string_view checkedPath);

// What is known of a drawn node: where it is repeated, of its first copy. nullptr when check() has not
// reached it.
const NodeFacts* factsOf(const CheckedNetwork& checked, std::string_view drawnPath);

}  // namespace bypath
