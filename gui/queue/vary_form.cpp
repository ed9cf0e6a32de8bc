#include "gui/queue/vary_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace bypath {

VaryForm::VaryForm(const AttributeSchema& training, QWidget* parent)
    : QWidget(parent),
      training_(training),
      base_(new QComboBox),
      rows_(new QVBoxLayout),
      more_(new QPushButton(tr("Vary another"))),
      twin_(new QCheckBox(tr("The plain twin of each, too"))),
      said_(new QLabel),
      add_(new QPushButton) {
  auto* title = new QLabel(tr("Train every combination"));
  title->setProperty("role", "heading");
  base_->setAccessibleName(tr("Network"));
  rows_->setSpacing(8);
  more_->setToolTip(tr("Every value is combined with every value of the others"));
  twin_->setToolTip(tr("The same network without its shortcuts, from the same seed and on the same batches"));
  said_->setProperty("role", "caption");
  said_->setWordWrap(true);
  add_->setProperty("primary", true);
  auto* cancel = new QPushButton(tr("Cancel"));
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(8);
  buttons->addStretch();
  buttons->addWidget(cancel);
  buttons->addWidget(add_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 12, 16, 12);
  column->setSpacing(8);
  column->addWidget(title);
  column->addWidget(base_);
  column->addLayout(rows_);
  column->addWidget(more_, 0, Qt::AlignLeft);
  column->addWidget(twin_);
  column->addWidget(said_);
  column->addLayout(buttons);
  connect(base_, &QComboBox::currentIndexChanged, this, &VaryForm::showKeys);
  connect(more_, &QPushButton::clicked, this, [this] {
    addLine();
    lines_.back().key->setFocus();
  });
  connect(twin_, &QCheckBox::toggled, this, &VaryForm::check);
  connect(add_, &QPushButton::clicked, this, &VaryForm::wanted);
  connect(cancel, &QPushButton::clicked, this, &VaryForm::cancelled);
  addLine();
}

void VaryForm::setBases(std::vector<VaryBase> bases) {
  const std::string chosen = network();
  bases_ = std::move(bases);
  {
    const QSignalBlocker quiet(base_);
    base_->clear();
    for (const VaryBase& one : bases_) base_->addItem(one.title, QString::fromStdString(one.network));
    base_->setCurrentIndex(std::max(0, base_->findData(QString::fromStdString(chosen))));
  }
  showKeys();
}

std::string VaryForm::network() const {
  return base_->currentData().toString().toStdString();
}

void VaryForm::addLine() {
  Line line{new QWidget, new QComboBox, new QLineEdit};
  line.key->setAccessibleName(tr("What is varied"));
  line.key->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  line.key->setMinimumContentsLength(12);
  line.values->setAccessibleName(tr("Its values"));
  auto* away = new QToolButton;
  away->setIcon(themedIcon(QStringLiteral("close")));
  away->setToolTip(tr("Do not vary this"));
  auto* row = new QHBoxLayout(line.row);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  row->addWidget(line.key, 1);
  row->addWidget(line.values, 1);
  row->addWidget(away);
  rows_->addWidget(line.row);
  lines_.push_back(line);
  fillKeys(line.key);
  connect(line.key, &QComboBox::currentIndexChanged, this, &VaryForm::check);
  connect(line.values, &QLineEdit::textChanged, this, &VaryForm::check);
  connect(line.values, &QLineEdit::returnPressed, add_, &QPushButton::click);
  connect(away, &QToolButton::clicked, this, [this, gone = line.row] {
    std::erase_if(lines_, [&](const Line& one) { return one.row == gone; });
    gone->hide();
    gone->deleteLater();
    if (lines_.empty()) addLine();
    check();
  });
  check();
}

void VaryForm::fillKeys(QComboBox* box) const {
  const QSignalBlocker quiet(box);
  const QVariant chosen = box->currentData();
  box->clear();
  const auto add = [box](const AttributeSchema& schema) {
    for (const AttributeDescription& one : schema.list()) {
      box->addItem(QString::fromStdString(one.label), QString::fromStdString(one.key));
      box->setItemData(box->count() - 1, QString::fromStdString(one.help), Qt::ToolTipRole);
    }
  };
  const auto at = static_cast<size_t>(std::max(0, base_->currentIndex()));
  if (at < bases_.size() && bases_[at].schema) {
    add(*bases_[at].schema);
    box->insertSeparator(box->count());
  }
  add(training_);
  const int before = box->findData(chosen), rate = box->findData(QStringLiteral("learning_rate"));
  const bool ofTemplate = at < bases_.size() && bases_[at].schema;
  box->setCurrentIndex(before >= 0 ? before : ofTemplate ? 0 : rate);
}

void VaryForm::showKeys() {
  for (const Line& line : lines_) fillKeys(line.key);
  check();
}

const AttributeDescription* VaryForm::description(const std::string& key) const {
  const auto at = static_cast<size_t>(std::max(0, base_->currentIndex()));
  if (at < bases_.size() && bases_[at].schema)
    if (const AttributeDescription* found = bases_[at].schema->find(key)) return found;
  return training_.find(key);
}

Result<Sweep> VaryForm::experiments() const {
  std::vector<std::string> texts;
  for (const Line& line : lines_) {
    const std::string key = line.key->currentData().toString().toStdString();
    std::string values = line.values->text().toStdString();
    std::erase(values, ' ');
    const QString label = line.key->currentText();
    if (values.empty())
      return Error{ErrorKind::usage,
                   tr("Write the values of %1 with commas between.").arg(label).toStdString()};
    texts.push_back(key + "=" + values);
  }
  const Result<std::vector<VariedKey>> varied = parseVaried(texts);
  if (!varied) return varied.error();
  for (const VariedKey& one : *varied)
    for (const std::string& value : one.values) {
      const AttributeSchema& schema = training_.find(one.key) == description(one.key)
                                          ? training_
                                          : *bases_[static_cast<size_t>(base_->currentIndex())].schema;
      if (const Result<AttributeValue> read = schema.parse(one.key, value); !read) return read.error();
    }
  return combinations(network(), {}, *varied, twin_->isChecked());
}

void VaryForm::check() {
  for (const Line& line : lines_)
    if (const AttributeDescription* one = description(line.key->currentData().toString().toStdString())) {
      line.key->setToolTip(QString::fromStdString(one->help));
      QStringList choices;
      for (const std::string& choice : one->choices) choices << QString::fromStdString(choice);
      const QString fallback = QString::fromStdString(toText(one->fallback));
      line.values->setPlaceholderText(choices.isEmpty() ? tr("%1, …").arg(fallback)
                                                        : choices.join(QStringLiteral(", ")));
    }
  const Result<Sweep> sweep = experiments();
  const int count = sweep ? static_cast<int>(sweep->experiments.size()) : 0;
  said_->setText(sweep ? QString() : QString::fromStdString(sweep.error().message));
  said_->setVisible(!sweep);
  add_->setText(!sweep ? tr("Add") : count == 1 ? tr("Add a run") : tr("Add %1 runs").arg(count));
  add_->setEnabled(sweep.ok());
}

QString VaryForm::said() const {
  return said_->text();
}

void VaryForm::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape)
    Q_EMIT cancelled();
  else
    QWidget::keyPressEvent(event);
}

}  // namespace bypath
