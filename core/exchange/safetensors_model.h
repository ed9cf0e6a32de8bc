// Weights as safetensors with the names and layouts of PyTorch's modules (module_names.h), there and back.
//
//   Result<SafetensorsFile> file = toSafetensors(*model);
//   Result<void> written = writeSafetensors(path, *file);
//   Result<ParameterStore> weights = weightsFromSafetensors(*readSafetensors(path), network, layers);
#pragma once

#include "core/exchange/leaving_model.h"
#include "core/tensor/safetensors.h"

namespace bypath {

// Every parameter of what leaves, F32, and of each batch norm num_batches_tracked, I64 of shape []. Metadata:
// "format" ("pt"), "title", "network_hash", "seed", "classes", "mean", "deviation" (JSON lists), "names"
// ("torchvision" or "bypath"). What only trains is not in it: of a variational autoencoder that leaves whole,
// the head that draws.
Result<SafetensorsFile> toSafetensors(const LeavingModel& model);
// Every parameter of the network, also those that only train; what weightsFromSafetensors wants.
Result<SafetensorsFile> toSafetensors(const LeavingSource& source);

// The weights of a network by their outside names, our own or, of the ImageNet family, torchvision's; the
// prefixes "module." and "_orig_mod." of PyTorch's wrappers are left out. Strict: tensors that are missing,
// left over, of another shape or type, or not finite are refused and named. num_batches_tracked may be
// absent.
Result<ParameterStore> weightsFromSafetensors(const SafetensorsFile& file, const NetworkSpec& network,
                                              const LayerCatalog& layers);

}  // namespace bypath
