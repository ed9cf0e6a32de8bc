#include "gui/properties/attribute_field.h"

#include <algorithm>
#include <limits>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleValidator>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStylePainter>
#include <QToolButton>
#include <QWheelEvent>

#include "gui/document/choice_texts.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

// Scrolling through a form must not change what the pointer happens to pass.
class WheelGuard : public QObject {
 public:
  using QObject::QObject;
  bool eventFilter(QObject* watched, QEvent* event) override {
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (event->type() != QEvent::Wheel || !widget || widget->hasFocus()) return false;
    event->ignore();
    return true;
  }
};

// What is too long for it ends in dots.
class ChoiceBox : public QComboBox {
 protected:
  void paintEvent(QPaintEvent*) override {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const QRect room =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText = option.fontMetrics.elidedText(option.currentText, Qt::ElideRight, room.width() - 8);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
  }
};

QString realText(double value) {
  return QString::number(value, 'g', 10);
}

}  // namespace

AttributeField::AttributeField(const AttributeDescription& description, QWidget* parent)
    : QWidget(parent), description_(description) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  switch (description_.kind) {
    case AttributeKind::integer:
      addInteger();
      break;
    case AttributeKind::real:
      addReal();
      break;
    case AttributeKind::boolean:
      addBoolean();
      break;
    case AttributeKind::choice:
      addChoice();
      break;
    case AttributeKind::text:
    case AttributeKind::shape:
      addText();
      break;
    case AttributeKind::folder:
      addFolderChooser(addText());
      break;
  }
}

void AttributeField::adopt(QWidget* editor) {
  editor->setObjectName(QString::fromStdString(description_.key));
  editor->setToolTip(QString::fromStdString(description_.help));
  editor->setAccessibleName(QString::fromStdString(description_.label));
  editor->setAccessibleDescription(editor->toolTip());
  editor->setFocusPolicy(Qt::StrongFocus);
  // A narrow panel narrows the fields rather than cutting them off.
  editor->setMinimumWidth(72);
  if (!qobject_cast<QCheckBox*>(editor)) editor->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  editor->installEventFilter(new WheelGuard(editor));
  setFocusProxy(editor);
  layout()->addWidget(editor);
}

void AttributeField::setValue(const AttributeValue& value) {
  if (value.index() == description_.fallback.index()) show_(value);
}

void AttributeField::addInteger() {
  auto* box = new QSpinBox;
  constexpr double lowest = std::numeric_limits<int>::min(), highest = std::numeric_limits<int>::max();
  box->setRange(int(std::max(description_.minimum, lowest)), int(std::min(description_.maximum, highest)));
  if (!description_.unit.empty()) box->setSuffix(' ' + QString::fromStdString(description_.unit));
  if (!description_.least.empty()) box->setSpecialValueText(QString::fromStdString(description_.least));
  adopt(box);
  connect(box, &QSpinBox::valueChanged, this, [this](int value) { Q_EMIT edited(int64_t{value}); });
  show_ = [box](const AttributeValue& value) {
    const QSignalBlocker quiet(box);
    if (const auto shown = int(std::get<int64_t>(value)); box->value() != shown) box->setValue(shown);
  };
}

// A line rather than a double spin box: 1e-5 and 0.1 need no common number of decimals.
void AttributeField::addReal() {
  auto* line = new QLineEdit;
  auto* validator = new QDoubleValidator(description_.minimum, description_.maximum, 12, line);
  validator->setLocale(QLocale::c());
  line->setValidator(validator);
  adopt(line);
  connect(line, &QLineEdit::editingFinished, this, [this, line] {
    bool isNumber = false;
    const double value = QLocale::c().toDouble(line->text(), &isNumber);
    if (isNumber) Q_EMIT edited(value);
  });
  show_ = [line](const AttributeValue& value) {
    const QString shown = realText(std::get<double>(value));
    if (line->text() != shown) line->setText(shown);
  };
}

void AttributeField::addBoolean() {
  auto* box = new QCheckBox;
  adopt(box);
  connect(box, &QCheckBox::toggled, this, [this](bool on) { Q_EMIT edited(on); });
  show_ = [box](const AttributeValue& value) {
    const QSignalBlocker quiet(box);
    box->setChecked(std::get<bool>(value));
  };
}

void AttributeField::addChoice() {
  auto* box = new ChoiceBox;
  for (const std::string& choice : description_.choices) {
    box->addItem(choiceTitle(description_.key, choice), QString::fromStdString(choice));
    box->setItemData(box->count() - 1, choiceNote(description_.key, choice), Qt::ToolTipRole);
  }
  adopt(box);
  connect(box, &QComboBox::currentIndexChanged, this,
          [this, box] { Q_EMIT edited(box->currentData().toString().toStdString()); });
  show_ = [box](const AttributeValue& value) {
    const QSignalBlocker quiet(box);
    box->setCurrentIndex(box->findData(QString::fromStdString(std::get<std::string>(value))));
  };
}

void AttributeField::addFolderChooser(QLineEdit* line) {
  auto* choose = new QToolButton;
  choose->setIcon(themedIcon(QStringLiteral("open")));
  choose->setToolTip(tr("Choose the folder"));
  choose->setAccessibleName(choose->toolTip());
  layout()->addWidget(choose);
  connect(choose, &QToolButton::clicked, this, [this, line] {
    const QString chosen =
        QFileDialog::getExistingDirectory(this, QString::fromStdString(description_.label), line->text());
    if (chosen.isEmpty()) return;
    show_(chosen.toStdString());
    Q_EMIT edited(chosen.toStdString());
  });
}

QLineEdit* AttributeField::addText() {
  auto* line = new QLineEdit;
  line->setPlaceholderText(QString::fromStdString(description_.least));
  adopt(line);
  connect(line, &QLineEdit::editingFinished, this,
          [this, line] { Q_EMIT edited(line->text().trimmed().toStdString()); });
  show_ = [line](const AttributeValue& value) {
    const QString shown = QString::fromStdString(std::get<std::string>(value));
    if (line->text() != shown) line->setText(shown);
  };
  return line;
}

}  // namespace bypath
