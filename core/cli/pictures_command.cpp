// `sample` and `reconstruct`: pictures of a trained variational autoencoder, as one PNG.
#include <algorithm>

#include "core/cli/cli.h"
#include "core/cli/picture_grid.h"
#include "core/layers/catalog.h"
#include "core/training/autoencoder.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

struct PictureArguments {
  RunArguments run;
  DataArguments data{"", ""};
  std::string output;
  int64_t rows = 10, columns = 10;
  std::optional<int64_t> seed;
  std::vector<int64_t> between;  // two test images
  int64_t axes = 0;
};

struct Opened {
  Model model;
  std::unique_ptr<Engine> engine;
  std::optional<Autoencoder> vae;
};

Result<std::unique_ptr<Opened>> openVae(const Cli& cli, const PictureArguments& arguments) {
  Result<Model> model = arguments.run.load();
  if (!model) return model.error();
  Result<std::unique_ptr<Engine>> engine = arguments.run.openEngine(cli);
  if (!engine) return engine.error();
  auto opened = std::make_unique<Opened>(Opened{std::move(*model), std::move(*engine), {}});
  constexpr int64_t batch = 64;
  Result<Autoencoder> vae = Autoencoder::open(
      {opened->model.project.network, layerCatalog(), *opened->engine, *opened->model.parameters}, batch);
  if (!vae) return vae.error();
  opened->vae.emplace(std::move(*vae));
  return opened;
}

Result<std::shared_ptr<const DataSet>> openData(const Cli& cli, PictureArguments& arguments,
                                                const Model& model) {
  const AttributeReader settings(trainingSchema(), model.settings);
  if (arguments.data.name.empty()) arguments.data.name = settings.text("data");
  if (arguments.data.folder.empty()) arguments.data.folder = settings.text("data_dir");
  Result<std::shared_ptr<const DataSet>> data = arguments.data.open(cli);
  if (data && (*data)->test.size() == 0)
    return Error{ErrorKind::data, "There are no test images in " + (*data)->name + "."};
  return data;
}

Result<std::vector<float>> codesToShow(const Cli& cli, PictureArguments& arguments, Opened& opened) {
  Autoencoder& vae = *opened.vae;
  if (arguments.between.empty() && arguments.axes == 0) {
    const int64_t seed =
        arguments.seed.value_or(AttributeReader(trainingSchema(), opened.model.settings).integer("seed"));
    return normalCodes(static_cast<uint64_t>(seed), arguments.rows * arguments.columns, vae.latentSize());
  }
  Result<std::shared_ptr<const DataSet>> data = openData(cli, arguments, opened.model);
  if (!data) return data.error();
  if (!arguments.between.empty()) {
    Result<std::vector<float>> from = codeOf(vae, **data, (*data)->test, arguments.between[0]);
    if (!from) return from;
    Result<std::vector<float>> to = codeOf(vae, **data, (*data)->test, arguments.between[1]);
    if (!to) return to;
    return interpolated(*from, *to, arguments.columns);
  }
  constexpr int64_t images = 1000;
  constexpr double reach = 3;
  const PrincipalAxes axes =
      principalAxes(encodeMeans(vae, **data, (*data)->test, images), vae.latentSize(), arguments.axes);
  std::vector<float> codes;
  for (size_t axis = 0; axis < axes.direction.size(); ++axis) {
    const std::vector<float> row = traversal(axes, static_cast<int64_t>(axis), arguments.columns, reach);
    codes.insert(codes.end(), row.begin(), row.end());
  }
  return codes;
}

void say(const Cli& cli, const PictureArguments& arguments, size_t pictures) {
  if (cli.json)
    cli.print({{"file", arguments.output}, {"images", pictures}});
  else
    cli.say("Wrote " + arguments.output + ", " + std::to_string(pictures) + " pictures.");
}

void sample(Cli& cli, PictureArguments& arguments) {
  if (!arguments.between.empty() && arguments.axes > 0)
    return cli.fail({ErrorKind::usage, "Give --between or --axes, not both."});
  Result<std::unique_ptr<Opened>> opened = openVae(cli, arguments);
  if (!opened) return cli.fail(opened.error());
  Result<std::vector<float>> codes = codesToShow(cli, arguments, **opened);
  if (!codes) return cli.fail(codes.error());
  Autoencoder& vae = *(*opened)->vae;
  const std::vector<float> images = decodeAll(vae, *codes);
  if (auto written = writeGrid(arguments.output, images, vae.imageShape(), arguments.columns); !written)
    return cli.fail(written.error());
  say(cli, arguments, codes->size() / static_cast<size_t>(vae.latentSize()));
}

// Rows of test images, each above what becomes of it.
void reconstruct(Cli& cli, PictureArguments& arguments) {
  Result<std::unique_ptr<Opened>> opened = openVae(cli, arguments);
  if (!opened) return cli.fail(opened.error());
  Autoencoder& vae = *(*opened)->vae;
  Result<std::shared_ptr<const DataSet>> data = openData(cli, arguments, (*opened)->model);
  if (!data) return cli.fail(data.error());
  const int64_t count = std::min(arguments.rows * arguments.columns, (*data)->test.size());
  const std::vector<float> decoded = decodeAll(vae, encodeMeans(vae, **data, (*data)->test, count));
  const auto pixels = static_cast<size_t>((*data)->imageShape.count());
  std::vector<float> grid;
  for (int64_t first = 0; first < count; first += arguments.columns) {
    const int64_t valid = std::min(arguments.columns, count - first);
    for (int64_t i = first; i < first + valid; ++i)
      for (const uint8_t level : (*data)->image((*data)->test, i))
        grid.push_back(static_cast<float>(level) / 255);
    grid.resize(grid.size() + static_cast<size_t>(arguments.columns - valid) * pixels, 1);
    grid.insert(grid.end(), decoded.begin() + first * static_cast<int64_t>(pixels),
                decoded.begin() + (first + valid) * static_cast<int64_t>(pixels));
    grid.resize(grid.size() + static_cast<size_t>(arguments.columns - valid) * pixels, 1);
  }
  if (auto written = writeGrid(arguments.output, grid, vae.imageShape(), arguments.columns); !written)
    return cli.fail(written.error());
  say(cli, arguments, static_cast<size_t>(count));
}

void addCommon(CLI::App& command, const std::shared_ptr<PictureArguments>& arguments) {
  arguments->run.add(command);
  arguments->data.add(command);
  command.add_option("-o,--output", arguments->output, "The .png file to write")->required();
  command.add_option("--rows", arguments->rows, "Rows of pictures")->check(CLI::Range(1, 100));
  command.add_option("--columns", arguments->columns, "Pictures a row")->check(CLI::Range(1, 100));
}

}  // namespace

void addSampleCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("sample", "Pictures that a trained VAE makes of random codes");
  auto arguments = std::make_shared<PictureArguments>();
  addCommon(*command, arguments);
  command->add_option("--seed", arguments->seed, "Of the random codes; by default the run's own");
  command
      ->add_option("--between", arguments->between,
                   "Two test images (numbers from 0): pictures on the way from one's code to the other's")
      ->expected(2);
  command
      ->add_option("--axes", arguments->axes,
                   "So many rows, each along one principal axis of the codes, from -3 to +3 deviations")
      ->check(CLI::Range(1, 100));
  command->callback([&cli, arguments] { sample(cli, *arguments); });
}

void addReconstructCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("reconstruct", "Test images above what a trained VAE makes of them");
  auto arguments = std::make_shared<PictureArguments>();
  arguments->rows = 4;
  addCommon(*command, arguments);
  command->callback([&cli, arguments] { reconstruct(cli, *arguments); });
}

}  // namespace bypath
