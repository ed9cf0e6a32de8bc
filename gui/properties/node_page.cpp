#include "gui/properties/node_page.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include "core/network/paths.h"
#include "core/network/receptive_field.h"
#include "gui/document/project_edits.h"
#include "gui/document/texts.h"
#include "gui/properties/attribute_field.h"
#include "gui/properties/diagnostic_list.h"
#include "gui/properties/facts_table.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

QString string(const std::string& s) {
  return QString::fromStdString(s);
}

QPixmap groupBar(const QColor& colour) {
  QPixmap picture(8, 40);
  picture.setDevicePixelRatio(2);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawRoundedRect(QRectF(0, 0, 4, 20), 2, 2);
  return picture;
}

QString shapesText(const std::vector<Shape>& shapes) {
  QStringList texts;
  for (const Shape& shape : shapes) texts << shapeText(shape);
  return texts.join(", ");
}

}  // namespace

NodePage::NodePage(DocumentEditor& editor, QWidget* parent)
    : QWidget(parent),
      editor_(editor),
      chip_(new QLabel(this)),
      title_(new QLabel(this)),
      nameLine_(new QLineEdit(this)),
      summary_(new QLabel(this)),
      message_(new QLabel(this)),
      diagnostics_(new DiagnosticList(this)),
      form_(new QWidget(this)),
      facts_(new FactsTable(this)) {
  QFont heading = font();
  heading.setPointSizeF(heading.pointSizeF() * 1.2);
  heading.setWeight(QFont::DemiBold);
  title_->setFont(heading);
  summary_->setWordWrap(true);
  summary_->setForegroundRole(QPalette::PlaceholderText);
  message_->setWordWrap(true);
  message_->setObjectName("propertyMessage");
  message_->hide();
  nameLine_->setObjectName("name");
  nameLine_->setAccessibleName(tr("Name"));
  nameLine_->setToolTip(
      tr("Letters, digits, '_' and '-'. The name of the layer in paths, weights and charts."));

  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(chip_);
  head->addWidget(title_, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(10);
  column->addLayout(head);
  column->addWidget(summary_);
  column->addWidget(diagnostics_);
  column->addWidget(message_);
  column->addWidget(form_);
  column->addSpacing(4);
  column->addWidget(facts_);
  column->addStretch();
  connect(nameLine_, &QLineEdit::editingFinished, this, &NodePage::rename);
  connect(diagnostics_, &DiagnosticList::fixChosen, this, &NodePage::fixChosen);
}

bool NodePage::show(const std::string& path) {
  const bool another = path != path_;
  path_ = path;
  name_ = lastSegment(path);
  view_ = viewContainer(editor_.project().network, editor_.layers(), editor_.checked(),
                        std::string(withoutLastSegment(path)));
  const Node* node = view_.graph.find(name_);
  if (!node) return false;
  const LayerType* type = editor_.layers().find(node->type);
  if (another || type_ != node->type) {
    say({});
    buildForm(type);
    type_ = node->type;
  }
  chip_->setPixmap(groupBar(theme().group(type ? string(type->group) : QString())));
  title_->setText(string(type ? type->title : node->type));
  summary_->setText(type ? string(type->summary)
                         : tr("This version of the program does not know this layer. It is kept as it is."));
  summary_->setToolTip(type ? string(type->help) : QString());
  if (!nameLine_->hasFocus() || another) nameLine_->setText(string(name_));
  showValues(*node, type);
  showFacts();
  return true;
}

void NodePage::buildForm(const LayerType* type) {
  fields_.clear();
  auto* fresh = new QWidget(this);
  auto* rows = new QFormLayout(fresh);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setHorizontalSpacing(12);
  rows->setVerticalSpacing(8);
  rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  rows->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  nameLine_->setParent(fresh);
  rows->addRow(tr("Name"), nameLine_);
  nameLine_->show();
  if (type)
    for (const AttributeDescription& d : type->attributes.list()) {
      auto* field = new AttributeField(d, fresh);
      connect(field, &AttributeField::edited, this,
              [this, key = d.key](const AttributeValue& v) { set(key, v); });
      fields_.push_back(field);
      rows->addRow(string(d.label), field);
      if (QWidget* label = rows->labelForField(field)) label->setToolTip(string(d.help));
    }
  delete layout()->replaceWidget(form_, fresh);
  form_->hide();
  form_->deleteLater();  // a field of it may be telling of its edit right now
  form_ = fresh;
  form_->show();
}

void NodePage::showValues(const Node& node, const LayerType* type) {
  for (AttributeField* field : fields_) {
    const auto set = node.attributes.find(field->key());
    field->setValue(set != node.attributes.end() ? set->second
                                                 : type->attributes.find(field->key())->fallback);
  }
}

void NodePage::showFacts() {
  std::vector<std::pair<QString, QString>> rows;
  if (const NodeFacts* facts = factsOf(editor_.checked(), path_)) {
    if (!facts->inputs.empty()) rows.emplace_back(tr("Input"), shapesText(facts->inputs));
    if (!facts->outputs.empty()) rows.emplace_back(tr("Output"), shapesText(facts->outputs));
    if (const ReceptiveField field = receptiveField(editor_.checked().graph, path_); field.pixels > 0)
      rows.emplace_back(tr("Receptive field"),
                        field.whole ? tr("the whole image") : tr("%1×%1 pixels").arg(field.pixels));
    rows.emplace_back(tr("Parameters"), countText(double(facts->parameters)));
    if (facts->parametersTotal != facts->parameters)
      rows.emplace_back(tr("With statistics"), countText(double(facts->parametersTotal)));
    rows.emplace_back(tr("Multiply-adds"), shortCountText(facts->multiplyAdds));
  }
  facts_->show(rows);
  std::vector<Diagnostic> own;
  for (const Diagnostic& d : editor_.checked().diagnostics)
    if (drawnPath(editor_.project().network, d.path) == path_) own.push_back(d);
  diagnostics_->show(own, false);
}

void NodePage::rename() {
  const std::string to = nameLine_->text().trimmed().toStdString();
  // The line loses its focus while the selection follows the name, and then tells again that it is finished.
  if (to == name_ || renaming_) return;
  Project after = editor_.project();
  if (Result<void> done = renameInProject(after, view_, name_, to); !done) {
    say(done.error().message);
    const QSignalBlocker quiet(nameLine_);
    nameLine_->setText(string(name_));
    return;
  }
  say({});
  const std::string path = joinPath(view_.path, to);
  renaming_ = true;
  editor_.apply(tr("Rename %1").arg(string(name_)), [&](Project& project) { project = after; });
  Q_EMIT renamed(string(path));
  renaming_ = false;
}

void NodePage::set(const std::string& key, const AttributeValue& value) {
  Project after = editor_.project();
  if (Result<void> done = setInProject(after, view_, name_, key, value, editor_.layers()); !done)
    return say(done.error().message);
  say({});
  editor_.apply(
      tr("Change %1").arg(string(name_)), [&](Project& project) { project = after; },
      "attribute " + string(path_) + ' ' + string(key));
}

void NodePage::say(const std::string& sentence) {
  message_->setText(string(sentence));
  QPalette colours = message_->palette();
  colours.setColor(QPalette::WindowText, theme().error);
  message_->setPalette(colours);
  message_->setVisible(!sentence.empty());
}

}  // namespace bypath
