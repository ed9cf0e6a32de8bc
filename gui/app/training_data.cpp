#include "gui/app/training_data.h"

#include <QCoreApplication>

#include "core/training/model.h"
#include "core/training/settings.h"
#include "gui/app/train_controller.h"

namespace bypath {

namespace {

// Where a run would refuse a setting, the set is shown as the others and the default have it.
Attributes readable(const Project& project) {
  if (Result<Attributes> run = runSettings(project, {})) return std::move(*run);
  Attributes sound;
  for (const auto& [key, value] : project.training)
    if (trainingSchema().validate({{key, value}}, key)) sound[key] = value;
  return sound;
}

}  // namespace

DataUse dataUseOf(const DocumentEditor& editor) {
  const Attributes settings = readable(editor.project());
  const AttributeReader read(trainingSchema(), settings);
  return {.name = QString::fromStdString(read.text("data")),
          .folder = QString::fromStdString(read.text("data_dir")),
          .loader = {.batch = read.integer("batch"),
                     .seed = static_cast<uint64_t>(read.integer("seed")),
                     .augment = read.boolean("augment"),
                     .normalisation = normalisationFor(editor.checked().graph),
                     .limit = read.integer("limit_train")},
          .limitValidation = read.integer("limit_validation"),
          .epochs = read.integer("epochs"),
          .augmentHelp = QString::fromStdString(trainingSchema().find("augment")->help)};
}

void setAugment(DocumentEditor& editor, bool on) {
  const AttributeDescription& description = *trainingSchema().find("augment");
  editor.apply(
      QCoreApplication::translate("bypath::TrainingForm", "Set %1")
          .arg(QString::fromStdString(description.label).toLower()),
      [&](Project& project) {
        if (description.fallback == AttributeValue(on))
          project.training.erase("augment");
        else
          project.training["augment"] = on;
      },
      QStringLiteral("training/augment"));
}

}  // namespace bypath
