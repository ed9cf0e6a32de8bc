#include "gui/app/attribute_form.h"

#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "gui/properties/attribute_field.h"

namespace bypath {

AttributeForm::AttributeForm(const AttributeSchema& schema, const std::vector<std::string>& keys,
                             QWidget* parent)
    : QWidget(parent), schema_(schema), layout_(new QFormLayout(this)) {
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setHorizontalSpacing(12);
  layout_->setVerticalSpacing(8);
  layout_->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  layout_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  for (const std::string& key : keys)
    if (const AttributeDescription* description = schema_.find(key)) addLine(*description);
  if (keys.empty())
    for (const AttributeDescription& description : schema_.list()) addLine(description);
}

void AttributeForm::addLine(const AttributeDescription& description) {
  Line line;
  line.field = new AttributeField(description);
  line.label = new QLabel(QString::fromStdString(description.label));
  line.label->setMinimumWidth(120);
  line.label->setBuddy(line.field);
  const QString fallback = QString::fromStdString(toText(description.fallback));
  line.label->setToolTip(QString::fromStdString(description.help) +
                         (fallback.isEmpty() ? QString() : tr("\nDefault: %1").arg(fallback)));
  line.problem = new QLabel;
  line.problem->setProperty("role", "error");
  line.problem->setWordWrap(true);
  line.problem->hide();
  auto* cell = new QVBoxLayout;
  cell->setSpacing(2);
  cell->addWidget(line.field);
  cell->addWidget(line.problem);
  layout_->addRow(line.label, cell);
  lines_[description.key] = line;
  connect(line.field, &AttributeField::edited, this,
          [this, &description](const AttributeValue& value) { take(description, value); });
  showValue(description);
}

void AttributeForm::setAttributes(const Attributes& attributes) {
  if (attributes == attributes_) return;
  attributes_ = attributes;
  for (const AttributeDescription& description : schema_.list())
    if (lines_.contains(description.key)) showValue(description);
}

void AttributeForm::showValue(const AttributeDescription& description) {
  const Line& line = lines_.at(description.key);
  const auto set = attributes_.find(description.key);
  line.field->setValue(set == attributes_.end() ? description.fallback : set->second);
  line.problem->hide();
  markChanged(description);
}

void AttributeForm::take(const AttributeDescription& description, const AttributeValue& value) {
  const Line& line = lines_.at(description.key);
  const Result<void> valid = schema_.validate({{description.key, value}}, description.label);
  line.problem->setVisible(!valid);
  if (!valid) {
    line.problem->setText(QString::fromStdString(valid.error().message));
    return;
  }
  const auto before = attributes_.find(description.key);
  if (value == (before == attributes_.end() ? description.fallback : before->second)) return;
  if (value == description.fallback)
    attributes_.erase(description.key);
  else
    attributes_[description.key] = value;
  markChanged(description);
  Q_EMIT edited(QString::fromStdString(description.key), value);
}

// A label in a stronger weight says that its value is not the default.
void AttributeForm::markChanged(const AttributeDescription& description) {
  QLabel* label = lines_.at(description.key).label;
  QFont font = label->font();
  font.setWeight(attributes_.contains(description.key) ? QFont::DemiBold : QFont::Normal);
  label->setFont(font);
}

}  // namespace bypath
