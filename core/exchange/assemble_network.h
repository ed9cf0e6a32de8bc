// Places units in a network: gives names, draws parts where paths have them, wires, and brings the weights.
#pragma once

#include "core/exchange/flat_network.h"
#include "core/exchange/onnx_import.h"

namespace bypath {

// Units in an order in which each comes after those it reads; `outputs` are those whose values leave the
// network. With `usePaths` the names and parts are those of the units' paths. Errors: what check() refuses.
Result<ImportedModel> assembleNetwork(const FlatNetwork& flat, const std::vector<Unit>& units,
                                      const std::vector<int>& outputs, const LayerCatalog& layers,
                                      bool usePaths);

// Each layer a unit of its own.
std::vector<Unit> unitsOf(const FlatNetwork& flat);

// Letters, digits, '_' and '-' only; "" where nothing is left.
std::string nodeNameOf(const std::string& text);
// "conv", "bn", "relu", ...: what a layer of that type is called where nothing else is known.
std::string usualName(const std::string& type);
// The name of the module in the name of a node: "conv1" of "/layer1/layer1.0/conv1/Conv"; "" for none.
std::string moduleName(const std::string& nodeName);
// The segments of a path of ours; none where it is not one.
std::vector<std::string> pathSegments(const std::string& path);

}  // namespace bypath
