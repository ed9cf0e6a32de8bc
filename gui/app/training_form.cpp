#include "gui/app/training_form.h"

#include <algorithm>
#include <QLabel>
#include <QVBoxLayout>

#include "core/training/settings.h"
#include "gui/app/attribute_form.h"

namespace bypath {

namespace {

struct Section {
  const char* title;
  std::vector<std::string> keys;
};

const std::vector<Section>& sections() {
  static const std::vector<Section> list{
      {QT_TRANSLATE_NOOP("TrainingForm", "Run"),
       {"epochs", "batch", "micro_batches", "learning_rate", "seed"}},
      {QT_TRANSLATE_NOOP("TrainingForm", "Data"),
       {"data", "data_dir", "limit_train", "limit_validation", "augment"}},
      {QT_TRANSLATE_NOOP("TrainingForm", "Optimizer"),
       {"optimizer", "momentum", "weight_decay", "weight_decay_of", "clip_norm", "ema_decay", "freeze",
        "beta1", "beta2", "epsilon"}},
      {QT_TRANSLATE_NOOP("TrainingForm", "Schedule"),
       {"schedule", "warmup_steps", "warmup_until_error", "step_at", "step_factor", "cycle_peak",
        "rate_decay", "plateau_factor", "plateau_patience", "least_rate", "early_stopping_patience",
        "early_stopping_delta", "steps"}}};
  return list;
}

// Whatever the trainer can be told besides.
std::vector<std::string> otherKeys() {
  std::vector<std::string> keys;
  for (const AttributeDescription& description : trainingSchema().list()) {
    const bool listed = std::any_of(sections().begin(), sections().end(), [&](const Section& section) {
      return std::find(section.keys.begin(), section.keys.end(), description.key) != section.keys.end();
    });
    if (!listed) keys.push_back(description.key);
  }
  return keys;
}

}  // namespace

TrainingForm::TrainingForm(DocumentEditor& editor, QWidget* parent) : QScrollArea(parent), editor_(editor) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget;
  content->setBackgroundRole(QPalette::Base);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(8);
  setWidget(content);
  for (const Section& section : sections()) addSection(tr(section.title), section.keys);
  addSection(tr("Machine and records"), otherKeys());
  column->addStretch();
  connect(&editor_, &DocumentEditor::changed, this, &TrainingForm::showDocument);
  showDocument();
}

void TrainingForm::addSection(const QString& title, const std::vector<std::string>& keys) {
  if (keys.empty()) return;
  auto* column = static_cast<QVBoxLayout*>(widget()->layout());
  if (!forms_.empty()) column->addSpacing(12);
  auto* heading = new QLabel(title);
  heading->setProperty("role", "heading");
  auto* form = new AttributeForm(trainingSchema(), keys);
  column->addWidget(heading);
  column->addWidget(form);
  forms_.push_back(form);
  connect(form, &AttributeForm::edited, this, &TrainingForm::store);
}

void TrainingForm::store(const QString& key, const AttributeValue& value) {
  const AttributeDescription& description = *trainingSchema().find(key.toStdString());
  editor_.apply(
      tr("Set %1").arg(QString::fromStdString(description.label).toLower()),
      [&](Project& project) {
        if (value == description.fallback)
          project.training.erase(description.key);
        else
          project.training[description.key] = value;
      },
      QStringLiteral("training/") + key);
}

void TrainingForm::showDocument() {
  for (AttributeForm* form : forms_) form->setAttributes(editor_.project().training);
}

}  // namespace bypath
