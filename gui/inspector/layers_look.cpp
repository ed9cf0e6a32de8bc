// What the page of layers is told; works where the window does not wait.
#include <algorithm>

#include "gui/inspector/layers_page.h"

namespace bypath {

namespace {

// The named one, or the first convolution behind the image, or whatever there is.
const LookPlace* chosenOf(const std::vector<LookPlace>& places, const std::string& wanted) {
  auto found = std::ranges::find(places, wanted, &LookPlace::path);
  if (found == places.end()) found = std::ranges::find(places, true, &LookPlace::hasFilters);
  if (found == places.end()) found = places.begin();
  return found == places.end() ? nullptr : &*found;
}

}  // namespace

Result<Look> lookInto(const Model& model, Engine& engine, const LayerCatalog& layers,
                      const std::shared_ptr<const DataSet>& data, LookOrder order) {
  const CheckedNetwork checked = check(model.project.network, layers, {.mode = Mode::evaluation});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  Look look{.places = placesToLook(model.project.network, checked), .data = data, .order = std::move(order)};
  const LookPlace* place = chosenOf(look.places, look.order.layer);
  if (!place) return Error{ErrorKind::data, "This network has no layer to look at."};
  look.order.layer = place->path;
  look.order.filters = look.order.filters && place->hasFilters;
  look.order.image = std::clamp<int64_t>(look.order.image, 0, std::max<int64_t>(0, data->test.size() - 1));
  if (look.order.filters) {
    Result<LayerFilters> filters = layerFilters(model, layers, place->path);
    if (!filters) return filters.error();
    look.filters = std::move(*filters);
    return look;
  }
  Result<LayerMaps> maps =
      layerMaps(model, engine, layers, {.data = data, .path = place->path, .images = {look.order.image}});
  if (!maps) return maps.error();
  look.maps = std::move(*maps);
  return look;
}

}  // namespace bypath
