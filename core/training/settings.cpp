#include "core/training/settings.h"

#include <cctype>
#include <cstdlib>

#include "core/data/data_set.h"

namespace bypath {

using namespace std::string_literals;

namespace {

std::vector<std::string> dataNames() {
  std::vector<std::string> names;
  for (const DataSetEntry& entry : dataCatalog()) names.push_back(entry.name);
  return names;
}

AttributeDescription whole(std::string key, std::string label, int64_t fallback, double minimum,
                           double maximum, std::string unit, std::string help, std::string least = "") {
  return {.key = std::move(key),
          .label = std::move(label),
          .kind = AttributeKind::integer,
          .fallback = fallback,
          .minimum = minimum,
          .maximum = maximum,
          .choices = {},
          .unit = std::move(unit),
          .help = std::move(help),
          .least = std::move(least)};
}

AttributeDescription real(std::string key, std::string label, double fallback, double minimum, double maximum,
                          std::string help) {
  return {.key = std::move(key),
          .label = std::move(label),
          .kind = AttributeKind::real,
          .fallback = fallback,
          .minimum = minimum,
          .maximum = maximum,
          .choices = {},
          .unit = "",
          .help = std::move(help)};
}

AttributeDescription choice(std::string key, std::string label, std::string fallback,
                            std::vector<std::string> choices, std::string help) {
  return {.key = std::move(key),
          .label = std::move(label),
          .kind = AttributeKind::choice,
          .fallback = std::move(fallback),
          .choices = std::move(choices),
          .unit = "",
          .help = std::move(help)};
}

AttributeDescription text(std::string key, std::string label, std::string fallback, std::string help) {
  return {.key = std::move(key),
          .label = std::move(label),
          .kind = AttributeKind::text,
          .fallback = std::move(fallback),
          .choices = {},
          .unit = "",
          .help = std::move(help)};
}

AttributeDescription folder(std::string key, std::string label, std::string help, std::string empty) {
  return {.key = std::move(key),
          .label = std::move(label),
          .kind = AttributeKind::folder,
          .fallback = std::string(),
          .choices = {},
          .unit = "",
          .help = std::move(help),
          .least = std::move(empty)};
}

AttributeDescription flag(std::string key, std::string label, std::string help) {
  return {.key = std::move(key),
          .label = std::move(label),
          .kind = AttributeKind::boolean,
          .fallback = false,
          .choices = {},
          .unit = "",
          .help = std::move(help)};
}

constexpr double many = 1e9;

AttributeSchema makeSchema() {
  return AttributeSchema(std::vector<AttributeDescription>{
      choice("data", "Data set", "shapes", dataNames(), "What the network is trained and tested on."),
      folder("data_dir", "Data folder",
             "Where the data set's files lie; empty: the program's own data folder.", "default"),
      whole("epochs", "Epochs", 10, 1, 1e6, "epochs", "How often the whole training set is gone through."),
      whole("steps", "Steps", 0, 0, many, "steps", "Ends the run after so many steps; 0: by epochs.",
            "by epochs"),
      whole("batch", "Batch", 128, 1, 65536, "images", "Images a step."),
      choice(
          "optimizer", "Optimizer", "sgd", {"sgd", "nesterov", "adam", "adamw"},
          "sgd is gradient descent with momentum, nesterov looks one step ahead, adam scales each weight's "
          "step by its own gradient history (Kingma & Ba 2015), adamw keeps weight decay out of that history "
          "(Loshchilov & Hutter 2019)."),
      real("learning_rate", "Learning rate", 0.1, 0, 1e9, "How far a step goes; the first number to change."),
      real("momentum", "Momentum", 0.9, 0, 0.9999,
           "Share of the last step that is kept, of sgd and nesterov."),
      real("beta1", "Beta 1", 0.9, 0, 0.999999, "Share of the mean gradient that adam keeps."),
      real("beta2", "Beta 2", 0.999, 0, 0.999999, "Share of the mean squared gradient that adam keeps."),
      real("epsilon", "Epsilon", 1e-8, 1e-16, 1, "Added to adam's denominator against division by zero."),
      real("weight_decay", "Weight decay", 1e-4, 0, 1e3,
           "Pulls trained parameters towards zero: this times the parameter is added to its gradient."),
      choice("weight_decay_of", "Decay of", "all", {"all", "weights"},
             "What decays: every trained parameter, or weights alone, not biases and normalisations."),
      real("clip_norm", "Clip gradients", 0, 0, 1e9,
           "Scales all gradients down together where their norm is larger than this; 0: never."),
      real("ema_decay", "Average weights", 0, 0, 0.999999,
           "Share of a running average of the weights that is kept at every step, such as 0.999; validation "
           "and what is saved as best use the average. 0: no average."),
      whole("micro_batches", "Micro-batches", 1, 1, 65536, "",
            "Runs a batch in so many parts and adds up their gradients: less memory for the same step. "
            "Normalisation sees a part at a time."),
      text("freeze", "Freeze", "",
           "Parts and layers that are not trained, by path, such as stem_conv,stage1: their weights and "
           "running statistics stay, and their normalisation uses these."),
      choice("schedule", "Schedule", "cosine",
             {"constant", "step", "cosine", "one-cycle", "inverse-time", "plateau"},
             "How the learning rate changes: not at all, in steps (He et al. 2015), along a half cosine, up "
             "and down once (Smith & Topin 2018), as one over the steps, or down whenever the validation "
             "loss stands still."),
      whole("warmup_steps", "Warm-up", 0, 0, many, "steps",
            "The rate rises linearly over so many first steps.", "none"),
      real("warmup_until_error", "Warm-up until", 0, 0, 1,
           "A tenth of the rate until the training error is below this, such as 0.8 (He et al. 2015 for 110 "
           "layers); 0: off."),
      real("cycle_peak", "Peak at", 0.3, 0.01, 0.99,
           "Fraction of the run at which the one-cycle schedule is at its highest rate."),
      real("plateau_factor", "Plateau factor", 0.5, 1e-6, 1,
           "What the plateau schedule multiplies the rate by."),
      whole("plateau_patience", "Plateau patience", 25, 1, 1e6, "epochs",
            "Epochs without improvement before the plateau schedule lowers the rate."),
      real("least_rate", "Least rate", 1e-6, 0, 1e9, "Below this the plateau schedule does not go."),
      text("step_at", "Falls at", "0.5,0.75",
           "Fractions of the run at which the step schedule lowers the rate, in rising order."),
      real("step_factor", "Falls by", 0.1, 1e-6, 1, "What the step schedule multiplies the rate by."),
      real("rate_decay", "Rate decay", 0, 0, 1e3,
           "What the inverse-time schedule divides the rate by: 1 + this times the steps made, as the decay "
           "of "
           "Keras' optimizers."),
      whole("early_stopping_patience", "Patience", 0, 0, 1e6, "epochs",
            "Stops when the validation loss has not improved for so many epochs; 0: never.", "off"),
      real("early_stopping_delta", "Least improvement", 0, 0, 1e9,
           "A validation loss counts as improved when it is lower by more than this."),
      flag("augment", "Augment", "Pads by 4 pixels, crops at random and mirrors every second image."),
      whole("limit_train", "Training images", 0, 0, many, "images", "Uses only the first so many; 0: all.",
            "all"),
      whole("limit_validation", "Validation images", 0, 0, many, "images",
            "Uses only the first so many; 0: all.", "all"),
      whole("retries", "Retries", 3, 0, 100, "times",
            "When training diverges, goes back to the last checkpoint at half the rate, at most so often.",
            "none"),
      whole("keep_every", "Keep every", 0, 0, 1e6, "epochs",
            "Keeps a checkpoint of its own after every so many epochs, to go back to; 0: the last and the "
            "best alone.",
            "the last"),
      whole("seed", "Seed", 1, 0, 9e15, "", "The same seed gives the same run, bit by bit."),
      choice(
          "engine", "Engine", "cpu", {"cpu", "cuda", "reference", "check"},
          "cpu is fast; cuda runs on an NVIDIA GPU where there is one, and on the CPU where there is none; "
          "reference runs every operation by its plain definition, slowly; check runs cpu and reference and "
          "compares."),
      choice("winograd", "Winograd", "on", {"on", "2x2", "off"},
             "Minimal filtering (Lavin & Gray 2016) for 3x3 convolutions of the cpu engine. on: a quarter of "
             "the "
             "products, rounding errors some times larger; 2x2: four ninths of them, as exact as without."),
      choice(
          "precision", "Precision", "float32", {"float32", "tf32", "bf16"},
          "bf16 rounds what convolutions multiply to bfloat16; on a GPU what layers of images give is kept "
          "so, too. Sums and weights stay float32. On processors with AVX512-BF16, and GPUs from 2020 on. "
          "tf32 rounds products to 10 bits, on such GPUs alone."),
      flag("fast", "Fast, not repeatable",
           "On a GPU: allows ways of adding up that give other last digits every time. The same seed no "
           "longer gives the same bits, and a resumed run is not the run it would have been."),
      whole("threads", "Threads", 0, 0, 1024, "threads", "Processor threads; 0: all. The result is the same.",
            "all"),
      whole("log_every", "Log every", 10, 1, many, "steps", "Steps between two points of the curves."),
      whole("checkpoint_every", "Checkpoint every", 0, 0, many, "steps",
            "Steps between two checkpoints; 0: about every 30 seconds. One is always written after an epoch.",
            "automatic"),
      whole("probe_every", "Look inside every", 0, 0, many, "steps",
            "Steps between two records of the gradients of all layers and shortcuts, and of the sizes of "
            "updates; "
            "0: never.",
            "never"),
  });
}

std::string environmentName(const std::string& key) {
  std::string name = "BYPATH_";
  for (const char c : key) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

const AttributeSchema& trainingSchema() {
  static const AttributeSchema schema = makeSchema();
  return schema;
}

Result<Attributes> fromEnvironment(const AttributeSchema& schema) {
  Attributes settings;
  for (const AttributeDescription& description : schema.list()) {
    const std::string name = environmentName(description.key);
    const char* given = std::getenv(name.c_str());
    if (!given) continue;
    Result<AttributeValue> value = schema.parse(description.key, given);
    if (!value)
      return Error{ErrorKind::usage, "The environment variable " + name + ": " + value.error().message};
    settings[description.key] = std::move(*value);
  }
  return settings;
}

Result<Attributes> trainingFromEnvironment() {
  return fromEnvironment(trainingSchema());
}

Attributes mergeSettings(const Attributes& base, const Attributes& over) {
  Attributes merged = base;
  for (const auto& [key, value] : over) merged[key] = value;
  return merged;
}

Attributes completeSettings(const Attributes& settings) {
  Attributes complete;
  for (const AttributeDescription& description : trainingSchema().list())
    complete[description.key] = description.fallback;
  return mergeSettings(complete, settings);
}

}  // namespace bypath
