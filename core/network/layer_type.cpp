#include "core/network/layer_type.h"

#include <algorithm>
#include <cassert>

namespace bypath {

LayerCatalog::LayerCatalog(std::vector<const LayerType*> types) : types_(std::move(types)) {
  for ([[maybe_unused]] const LayerType* type : types_)
    assert(std::count_if(types_.begin(), types_.end(),
                         [&](const LayerType* t) { return t->id == type->id; }) == 1);
}

const LayerType* LayerCatalog::find(std::string_view id) const {
  const auto at =
      std::find_if(types_.begin(), types_.end(), [&](const LayerType* type) { return type->id == id; });
  return at == types_.end() ? nullptr : *at;
}

}  // namespace bypath
