// What a screen reader says of a node and of the canvas: the sentences alone, made from what is drawn.
#pragma once

#include <QString>
#include <string>

namespace bypath {

class NetworkScene;
struct NodeFace;

// "stage1, Residual block, repeated 18 times, muted"
QString spokenName(const NodeFace& face);
// "Problem: the inputs of Add have different shapes ... . Note: ..."; the worst first; empty where all is
// well.
QString spokenProblems(const NodeFace& face);
// Problems first, then "Output 32×32×16. 448 parameters. 3×3, 16. From input; to relu1, add1 (Shortcut)."
QString spokenDescription(const NetworkScene& scene, const std::string& node);

// "Network canvas, inside encoder/stage1"
QString spokenCanvasName(const NetworkScene& scene);
// "12 layers, 1 problem here, 2 elsewhere.", and what is wrong with the network as a whole.
QString spokenCanvasDescription(const NetworkScene& scene);
// Where the open graph was made from a block's settings; else empty.
QString originNote(const NetworkScene& scene);

}  // namespace bypath
