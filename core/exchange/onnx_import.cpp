#include "core/exchange/onnx_import.h"

#include "core/exchange/assemble_network.h"
#include "core/exchange/onnx_reader.h"

namespace bypath {

Result<ImportedModel> importOnnx(const onnx::ModelProto& model, const LayerCatalog& layers,
                                 const ImportOptions& options) {
  Result<FlatNetwork> flat = OnnxReader(model, options).read();
  if (!flat) return flat.error();
  const std::vector<Unit> units = unitsOf(*flat);
  return assembleNetwork(*flat, units, flat->outputs, layers, flat->ownNames);
}

}  // namespace bypath
