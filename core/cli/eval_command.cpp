#include <algorithm>

#include "core/cli/cli.h"
#include "core/data/reference_lines.h"
#include "core/layers/catalog.h"
#include "core/tensor/npy.h"
#include "core/training/importance_bound.h"
#include "core/training/model.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

struct EvalArguments {
  RunArguments run;
  DataArguments data{"", ""};
  std::string split = "test";
  int64_t importance = 0;  // draws an image
  int64_t images = 100;    // for the importance-sampled bound
};

// The terms of the bound and the two lines to read them by.
Result<void> addBound(const Cli& cli, const EvalArguments& arguments, const Model& model, Engine& engine,
                      const DataSet& data, std::map<std::string, double>& values) {
  Result<Autoencoder> vae =
      Autoencoder::open({model.project.network, layerCatalog(), engine, *model.parameters},
                        std::min<int64_t>(arguments.importance, 64));
  if (!vae) return vae.error();
  const Split& split = arguments.split == "train" ? data.train : data.test;
  ProgressBar bar(cli);
  const auto seed = static_cast<uint64_t>(AttributeReader(trainingSchema(), model.settings).integer("seed"));
  const ImportanceBound bound =
      importanceBound(*vae, data, split, arguments.images, arguments.importance, seed, [&](double share) {
        bar.show(share, "drawing codes");
        return true;
      });
  values["importance_bound"] = bound.bound;
  values["elbo"] = bound.elbo;
  values["bound_images"] = static_cast<double>(bound.images);
  return {};
}

void evaluateRun(Cli& cli, EvalArguments& arguments) {
  Result<Model> model = arguments.run.load();
  if (!model) return cli.fail(model.error());
  const AttributeReader settings(trainingSchema(), model->settings);
  arguments.data.completeFrom(*model);
  Result<std::shared_ptr<const DataSet>> data = arguments.data.open(cli);
  if (!data) return cli.fail(data.error());
  Result<std::unique_ptr<Engine>> engine = arguments.run.openEngine(cli);
  if (!engine) return cli.fail(engine.error());

  const CheckedNetwork checked = check(model->project.network, layerCatalog(), {.mode = Mode::evaluation});
  const BatchLoader loader(
      *data, {.batch = settings.integer("batch"), .normalisation = normalisationFor(checked.graph)});
  const Split& split = arguments.split == "train" ? (*data)->train : (*data)->test;
  Result<std::map<std::string, double>> values = evaluate(*model, **engine, layerCatalog(), loader, split);
  if (!values) return cli.fail(values.error());
  if (values->contains("reconstruction")) {
    const ReconstructionLines lines = reconstructionLines(**data, split);
    (*values)["reconstruction_floor"] = lines.floor;
    (*values)["reconstruction_of_mean_image"] = lines.meanImage;
  }
  if (arguments.importance > 0)
    if (auto added = addBound(cli, arguments, *model, **engine, **data, *values); !added)
      return cli.fail(added.error());
  if (cli.json) {
    nlohmann::json object = *values;
    object["images"] = split.size();
    object["step"] = model->step;
    return cli.print(object);
  }
  for (const auto& [name, value] : *values) cli.say(name + "  " + std::to_string(value));
}

struct PredictArguments {
  RunArguments run;
  std::string input, output, part;
};

void predictRun(Cli& cli, const PredictArguments& arguments) {
  Result<Model> model = arguments.run.load();
  if (!model) return cli.fail(model.error());
  Result<NpyArray> input = readNpy(arguments.input);
  if (!input) return cli.fail(input.error());
  Result<std::unique_ptr<Engine>> engine = arguments.run.openEngine(cli);
  if (!engine) return cli.fail(engine.error());
  Result<NpyArray> output = predict(*model, **engine, layerCatalog(), *input, arguments.part);
  if (!output) return cli.fail(output.error());
  if (auto written = writeNpy(arguments.output, *output); !written) return cli.fail(written.error());
  if (cli.json) return cli.print({{"file", arguments.output}, {"shape", output->shape}});
  std::string shape;
  for (const int64_t d : output->shape) shape += (shape.empty() ? "" : " x ") + std::to_string(d);
  cli.say("Wrote " + arguments.output + ", " + shape + ".");
}

}  // namespace

void addEvalCommand(CLI::App& app, Cli& cli) {
  CLI::App* command =
      app.add_subcommand("eval", "Loss and accuracy, or the terms of the ELBO, of a trained network");
  auto arguments = std::make_shared<EvalArguments>();
  arguments->run.add(*command);
  arguments->data.add(*command);
  command->add_option("--split", arguments->split, "test or train")->check(CLI::IsMember({"test", "train"}));
  command
      ->add_option(
          "--importance", arguments->importance,
          "Of a VAE, also the importance-sampled bound of log p(x) with so many draws an image, such as 128")
      ->check(CLI::Range(1, 100000));
  command->add_option("--images", arguments->images, "Images for that bound")->check(CLI::Range(1, 1000000));
  command->callback([&cli, arguments] { evaluateRun(cli, *arguments); });
}

void addPredictCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("predict", "Run a trained network, or one part of it, forward");
  auto arguments = std::make_shared<PredictArguments>();
  arguments->run.add(*command);
  command->add_option("--input", arguments->input, ".npy, float32, N x C x H x W, as fed after normalisation")
      ->required();
  command->add_option("--part", arguments->part, "Only this part, such as encoder or decoder");
  command->add_option("-o,--output", arguments->output, "The .npy file to write")->required();
  command->callback([&cli, arguments] { predictRun(cli, *arguments); });
}

}  // namespace bypath
