#include "core/network/fixes.h"

#include "core/network/edit.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// An edit as a fix; where it is refused, nothing changes.
Fix fix(std::string label, std::function<void(NetworkSpec&)> edit) {
  return {std::move(label), [edit = std::move(edit)](const NetworkSpec& network) {
            NetworkSpec edited = network;
            edit(edited);
            return edited;
          }};
}

Fix insertFix(std::string label, const std::string& container, const Wire& wire, const std::string& type,
              const std::string& base, const Attributes& attributes) {
  return fix(std::move(label), [=](NetworkSpec& network) {
    const Graph* graph = graphAt(network, container);
    if (!graph) return;
    const Result<std::string> name = addNode(network, container, type, attributes, freeName(*graph, base));
    if (name && !insertOnWire(network, container, *name, wire))
      static_cast<void>(removeNodes(network, container, {*name}));
  });
}

std::string sizeText(const Shape& image) {
  return std::to_string(image[0]) + "x" + std::to_string(image[1]);
}

bool isImage(const Shape& shape) {
  return shape.rank() == 3;
}

// What makes `from` into `to` on this wire, cheapest last as papers list them: projection, then zero padding.
void insertionFixes(std::vector<Fix>& fixes, const std::string& container, const Wire& wire,
                    const Shape& from, const Shape& to) {
  if (!isImage(from) || !isImage(to)) return;
  const int64_t channels = to.last();
  const std::string where = " after " + wire.from;
  const auto numbers = [&](int64_t stride) {
    return " (stride " + std::to_string(stride) + ", " + std::to_string(channels) + " channels)" + where;
  };
  if (const int64_t stride = strideBetween(from, to); stride > 0) {
    fixes.push_back(
        insertFix("Insert a 1x1 projection" + numbers(stride), container, wire, typeId::conv2d, "projection",
                  {{"channels", channels}, {"kernel", int64_t{1}}, {"stride", stride}, {"bias", false}}));
    if (channels >= from.last())
      fixes.push_back(insertFix("Insert a zero-padded shortcut" + numbers(stride), container, wire,
                                typeId::zeroPadShortcut, "zero_pad",
                                {{"channels", channels}, {"stride", stride}}));
    if (channels == from.last() && stride > 1)
      fixes.push_back(insertFix("Insert a max pooling (window " + std::to_string(stride) + ", stride " +
                                    std::to_string(stride) + ")" + where,
                                container, wire, typeId::maxPool, "pool",
                                {{"kernel", stride}, {"stride", stride}, {"padding", "same"}}));
    return;
  }
  if (from[0] >= to[0] && from[1] >= to[1] && from.last() == to.last()) {
    fixes.push_back(insertFix("Crop " + sizeText(from) + " to " + sizeText(to) + where, container, wire,
                              typeId::crop, typeId::crop, {{"height", to[0]}, {"width", to[1]}}));
    return;
  }
  const int64_t factor = strideBetween(to, from);
  if (factor > 0 && from[0] * factor == to[0] && from[1] * factor == to[1])
    fixes.push_back(insertFix(
        "Insert a 1x1 transposed projection" + numbers(factor), container, wire, typeId::conv2dTransposed,
        "projection", {{"channels", channels}, {"kernel", int64_t{1}}, {"stride", factor}, {"bias", false}}));
}

}  // namespace

Fix removeNodeFix(const DrawnPlace& place) {
  return fix("Remove " + place.name, [=](NetworkSpec& network) {
    static_cast<void>(removeNodes(network, place.container, {place.name}));
  });
}

Fix removeWireFix(const std::string& container, const Wire& wire) {
  return fix("Remove the wire from " + wire.from + " to " + wire.to, [=](NetworkSpec& network) {
    Graph* graph = graphAt(network, container);
    if (!graph) return;
    // The last of several equal ones.
    for (auto at = graph->wires.end(); at != graph->wires.begin();)
      if (*--at == wire) {
        graph->wires.erase(at);
        return;
      }
  });
}

Fix connectFix(const std::string& container, const Wire& wire) {
  return fix("Draw a wire from " + wire.from,
             [=](NetworkSpec& network) { static_cast<void>(connect(network, container, wire)); });
}

Fix resetAttributeFix(const DrawnPlace& place, const std::string& key) {
  return fix("Set " + key + " back to its default", [=](NetworkSpec& network) {
    Graph* graph = graphAt(network, place.container);
    if (Node* node = graph ? graph->find(place.name) : nullptr) node->attributes.erase(key);
  });
}

Fix setAttributesFix(const DrawnPlace& place, const std::string& label, const Attributes& attributes) {
  return fix(label, [=](NetworkSpec& network) {
    Graph* graph = graphAt(network, place.container);
    Node* node = graph ? graph->find(place.name) : nullptr;
    if (!node) return;
    for (const auto& [key, value] : attributes) node->attributes.insert_or_assign(key, value);
  });
}

Fix renameDuplicateFix(const DrawnPlace& place) {
  return fix("Give the second " + place.name + " another name", [=](NetworkSpec& network) {
    Graph* graph = graphAt(network, place.container);
    if (!graph) return;
    bool first = true;
    for (Node& node : graph->nodes) {
      if (node.name != place.name) continue;
      if (!first) {
        node.name = freeName(*graph, baseName(node.type));
        return;
      }
      first = false;
    }
  });
}

int64_t strideBetween(const Shape& large, const Shape& small) {
  if (!isImage(large) || !isImage(small)) return 0;
  for (int64_t stride = 1; stride <= 64; ++stride) {
    const auto reaches = [&](int axis) { return (large[axis] + stride - 1) / stride == small[axis]; };
    if (reaches(0) && reaches(1)) return stride;
  }
  return 0;
}

std::vector<Fix> addMismatchFixes(const std::string& container, const std::vector<Wire>& wires,
                                  const std::vector<Shape>& shapes, size_t shortcut) {
  std::vector<Fix> fixes;
  if (wires.size() != 2) return fixes;
  const size_t other = 1 - shortcut;
  insertionFixes(fixes, container, wires[shortcut], shapes[shortcut], shapes[other]);
  insertionFixes(fixes, container, wires[other], shapes[other], shapes[shortcut]);
  return fixes;
}

std::vector<Fix> blockShortcutFixes(const DrawnPlace& block, const Shape& in, const Shape& out, bool up) {
  std::vector<Fix> fixes;
  const int64_t stride = up ? strideBetween(out, in) : strideBetween(in, out);
  if (stride == 0) return fixes;
  const auto attributes = [&](const char* shortcut) {
    return Attributes{{"shortcut", shortcut}, {"stride", stride}, {"channels", out.last()}};
  };
  fixes.push_back(setAttributesFix(block, "Use a projection shortcut", attributes("projection")));
  if (out.last() >= in.last() && (!up || stride == 1))
    fixes.push_back(setAttributesFix(block, "Use a zero-padded shortcut", attributes("zero-pad")));
  return fixes;
}

std::vector<Fix> imageToRowFixes(const std::string& container, const Wire& wire) {
  return {insertFix("Insert a Global average pooling", container, wire, typeId::globalAveragePool,
                    typeId::globalAveragePool, {}),
          insertFix("Insert a Flatten", container, wire, typeId::flatten, typeId::flatten, {})};
}

}  // namespace bypath
