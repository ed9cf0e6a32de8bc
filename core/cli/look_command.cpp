// What a layer of a trained network makes of an image, and its filters, as pictures.
#include <algorithm>
#include <cmath>

#include "core/cli/cli.h"
#include "core/cli/picture_grid.h"
#include "core/inspection/activations.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

struct LookArguments {
  RunArguments run;
  DataArguments data{"", ""};
  std::string layer;
  std::vector<int64_t> images = {0};
  bool filters = false;
  std::string folder;
};

constexpr int64_t smallest = 32;  // pixels a map is made wide, at least

int64_t zoomFor(int64_t width) {
  return std::max<int64_t>(1, (smallest + width - 1) / width);
}

// "maps-stage1-2-branch-conv1-image-7.png"
std::filesystem::path fileIn(const LookArguments& arguments, const std::string& what,
                             const std::string& after) {
  std::string name = what + "-";
  for (const char c : arguments.layer)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_')
      name += c;
    else if (name.back() != '-')
      name += '-';
  while (name.back() == '-') name.pop_back();
  return std::filesystem::path(arguments.folder) / (name + after + ".png");
}

Result<void> makeFolder(const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{ErrorKind::io, "Cannot make the folder " + folder + ": " + failed.message() + "."};
  return {};
}

std::string scaleText(const MapScale& scale) {
  if (scale.diverging())
    return "blue " + numberText(-scale.reach()) + ", white 0, red " + numberText(scale.reach());
  return "black 0, white " + numberText(scale.high);
}

void listPlaces(const Cli& cli, const Model& model) {
  const CheckedNetwork checked = check(model.project.network, layerCatalog(), {.mode = Mode::evaluation});
  std::vector<std::vector<std::string>> rows = {{"layer", "type", "gives", "filters"}};
  nlohmann::json all = nlohmann::json::array();
  for (const LookPlace& place : placesToLook(model.project.network, checked)) {
    const std::string shape = checked.graph.shape(place.value).perSample().text();
    rows.push_back({place.path, place.type, shape, place.hasFilters ? "yes" : ""});
    all.push_back(
        {{"path", place.path}, {"type", place.type}, {"shape", shape}, {"filters", place.hasFilters}});
  }
  if (cli.json) return cli.print({{"layers", all}});
  cli.say(table(rows) + "Name one of them with --layer.");
}

Result<std::vector<std::string>> writeMaps(const LookArguments& arguments, const LayerMaps& maps) {
  std::vector<std::string> files;
  const auto channels = static_cast<int64_t>(maps.channels.size());
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(channels))));
  for (int64_t n = 0; n < maps.images; ++n) {
    std::vector<uint8_t> pictures;
    for (int64_t c = 0; c < channels; ++c) {
      const std::vector<uint8_t> one = colours(maps.map(n, c), maps.scale);
      pictures.insert(pictures.end(), one.begin(), one.end());
    }
    const std::string image = "-image-" + std::to_string(arguments.images[static_cast<size_t>(n)]);
    files.push_back(fileIn(arguments, "maps", image).string());
    if (auto written =
            writeGrid(files.back(), pictures, {maps.height, maps.width, 3}, columns, zoomFor(maps.width));
        !written)
      return written.error();
  }
  return files;
}

// A row an output channel; filters of colours as one picture each.
Result<std::string> writeFilters(const LookArguments& arguments, const LayerFilters& filters) {
  std::vector<uint8_t> pictures;
  for (int64_t o = 0; o < filters.outputs; ++o)
    for (int64_t i = 0; i < (filters.ofColours ? 1 : filters.inputs); ++i) {
      const std::vector<uint8_t> one =
          filters.ofColours
              ? colourPlanes(filters.slice(o, 0), filters.slice(o, 1), filters.slice(o, 2), filters.scale)
              : colours(filters.slice(o, i), filters.scale);
      pictures.insert(pictures.end(), one.begin(), one.end());
    }
  const auto square = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(filters.outputs))));
  const std::string file = fileIn(arguments, "filters", "").string();
  const int64_t zoom = filters.ofColours ? zoomFor(filters.width) : 4;
  if (auto written = writeGrid(file, pictures, {filters.height, filters.width, 3},
                               filters.ofColours ? square : filters.inputs, zoom);
      !written)
    return written.error();
  return file;
}

void showFilters(Cli& cli, const LookArguments& arguments, const Model& model) {
  const Result<LayerFilters> filters = layerFilters(model, layerCatalog(), arguments.layer);
  if (!filters) return cli.fail(filters.error());
  nlohmann::json files = nlohmann::json::array();
  if (!arguments.folder.empty()) {
    const Result<std::string> file = writeFilters(arguments, *filters);
    if (!file) return cli.fail(file.error());
    files.push_back(*file);
    cli.say("Wrote " + *file + ": " +
            (filters->ofColours
                 ? "a picture an output channel, grey is 0"
                 : "a row an output channel, a column an input channel; " + scaleText(filters->scale)) +
            ".");
  }
  if (cli.json)
    return cli.print({{"layer", filters->path},
                      {"kernel", {filters->height, filters->width}},
                      {"inputs", filters->inputs},
                      {"outputs", filters->outputs},
                      {"of_colours", filters->ofColours},
                      {"low", filters->scale.low},
                      {"high", filters->scale.high},
                      {"files", files}});
  cli.say(filters->path + ": " + std::to_string(filters->outputs) + " filters of " +
          std::to_string(filters->height) + " x " + std::to_string(filters->width) + " over " +
          std::to_string(filters->inputs) + " channels, weights from " + numberText(filters->scale.low) +
          " to " + numberText(filters->scale.high) + ".");
}

void printMaps(const Cli& cli, const LookArguments& arguments, const LayerMaps& maps,
               const std::vector<std::string>& files) {
  if (cli.json) {
    nlohmann::json channels = nlohmann::json::array();
    for (const ChannelFacts& one : maps.channels)
      channels.push_back({{"mean", one.mean},
                          {"deviation", one.deviation},
                          {"zeros", one.zeros},
                          {"no_numbers", one.broken},
                          {"low", one.low},
                          {"high", one.high}});
    return cli.print({{"layer", maps.place.path},
                      {"shape", {maps.height, maps.width, maps.channels.size()}},
                      {"images", arguments.images},
                      {"channels", channels},
                      {"files", files}});
  }
  std::vector<std::vector<std::string>> rows = {{"channel", "mean", "deviation", "zeros", "least", "most"}};
  for (size_t c = 0; c < maps.channels.size(); ++c) {
    const ChannelFacts& one = maps.channels[c];
    rows.push_back({std::to_string(c), fixedText(one.mean, 4), fixedText(one.deviation, 4),
                    fixedText(one.zeros * 100, 1) + " %", fixedText(one.low, 4), fixedText(one.high, 4)});
  }
  cli.say(table(rows));
  if (std::ranges::any_of(maps.channels, [](const ChannelFacts& one) { return one.broken > 0; }))
    cli.say("Some values are no numbers; they are magenta in the picture and left out of the table.");
  for (const std::string& file : files) cli.say("Wrote " + file + ": " + scaleText(maps.scale) + ".");
}

void showMaps(Cli& cli, LookArguments& arguments, const Model& model) {
  arguments.data.completeFrom(model);
  Result<std::shared_ptr<const DataSet>> data = arguments.data.open(cli);
  if (!data) return cli.fail(data.error());
  Result<std::unique_ptr<Engine>> engine = arguments.run.openEngine(cli);
  if (!engine) return cli.fail(engine.error());
  const Result<LayerMaps> maps = layerMaps(
      model, **engine, layerCatalog(), {.data = *data, .path = arguments.layer, .images = arguments.images});
  if (!maps) return cli.fail(maps.error());
  Result<std::vector<std::string>> files = std::vector<std::string>();
  if (!arguments.folder.empty()) files = writeMaps(arguments, *maps);
  if (!files) return cli.fail(files.error());
  printMaps(cli, arguments, *maps, *files);
}

void look(Cli& cli, LookArguments& arguments) {
  Result<Model> model = arguments.run.load();
  if (!model) return cli.fail(model.error());
  if (arguments.layer.empty()) return listPlaces(cli, *model);
  if (!arguments.folder.empty())
    if (Result<void> made = makeFolder(arguments.folder); !made) return cli.fail(made.error());
  if (arguments.filters) return showFilters(cli, arguments, *model);
  showMaps(cli, arguments, *model);
}

}  // namespace

void addLookCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "look", "What a layer of a trained network makes of an image, and its filters, as pictures");
  auto arguments = std::make_shared<LookArguments>();
  arguments->run.add(*command);
  arguments->data.add(*command);
  CLI::Option* layer = command->add_option(
      "--layer", arguments->layer, "The layer, block or part, such as stage1[2]; without it they are listed");
  command->add_option("--image", arguments->images, "Test images, by number from 0")
      ->needs(layer)
      ->check(CLI::Range(0, 1000000000));
  command->add_flag("--filters", arguments->filters, "The filters of a convolution instead")->needs(layer);
  command->add_option("--out", arguments->folder, "Also write the pictures into this folder, as PNG")
      ->needs(layer);
  command->callback([&cli, arguments] { look(cli, *arguments); });
}

}  // namespace bypath
