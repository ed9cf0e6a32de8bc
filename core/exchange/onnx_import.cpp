#include "core/exchange/onnx_import.h"

#include "core/exchange/assemble_network.h"
#include "core/exchange/onnx_reader.h"
#include "core/exchange/recognise_blocks.h"

namespace bypath {
namespace {

Result<ImportedModel> recognised(FlatNetwork flat, const LayerCatalog& layers) {
  const Recognised found = recogniseBlocks(flat, layers);
  flat.notes.insert(flat.notes.end(), found.notes.begin(), found.notes.end());
  return assembleNetwork(flat, found.units, found.outputs, layers, flat.ownNames);
}

}  // namespace

Result<ImportedModel> importOnnx(const onnx::ModelProto& model, const LayerCatalog& layers,
                                 const ImportOptions& options) {
  Result<FlatNetwork> flat = OnnxReader(model, options).read();
  if (!flat) return flat.error();
  if (!options.recognise)
    return assembleNetwork(*flat, unitsOf(*flat), flat->outputs, layers, flat->ownNames);
  Result<ImportedModel> result = recognised(*flat, layers);
  if (result || !flat->ownNames) return result;
  // Names that do not make a network are only names.
  flat->ownNames = false;
  return recognised(std::move(*flat), layers);
}

}  // namespace bypath
