#include "gui/properties/diagnostic_list.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr size_t most = 40;  // cards at once; a network in pieces may have thousands

QColor markOf(Severity severity) {
  if (severity == Severity::error) return theme().error;
  return severity == Severity::warning ? theme().warning : theme().textMuted;
}

// A push button whose text takes as many lines as it needs.
class FixButton : public QPushButton {
 public:
  FixButton(const QString& text, QWidget* parent) : QPushButton(parent), label_(new QLabel(text, this)) {
    setObjectName("fix");
    setAccessibleName(text);
    label_->setWordWrap(true);
    label_->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* inside = new QHBoxLayout(this);
    inside->setContentsMargins(10, 5, 10, 5);
    inside->addWidget(label_);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
  }
  QSize sizeHint() const override { return layout()->sizeHint(); }
  QSize minimumSizeHint() const override { return layout()->minimumSize(); }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override { return layout()->heightForWidth(width); }

 private:
  QLabel* label_;
};

}  // namespace

DiagnosticList::DiagnosticList(QWidget* parent) : QWidget(parent), column_(new QVBoxLayout(this)) {
  column_->setContentsMargins(0, 0, 0, 0);
  column_->setSpacing(6);
}

void DiagnosticList::show(const std::vector<Diagnostic>& diagnostics, bool links) {
  while (QLayoutItem* old = column_->takeAt(0)) {
    old->widget()->hide();
    old->widget()->deleteLater();  // it may be the button whose click led here
    delete old;
  }
  for (const Diagnostic& d : diagnostics) {
    if (size_t(column_->count()) == most) {
      column_->addWidget(new QLabel(tr("... and %1 more").arg(diagnostics.size() - most), this));
      break;
    }
    auto* card = new QFrame(this);
    card->setObjectName("diagnosticCard");
    const QColor mark = markOf(d.severity);
    card->setStyleSheet(
        QString("#diagnosticCard { border: 1px solid %1; border-left: 3px solid %2; border-radius: 6px; }")
            .arg(theme().border.name(), mark.name()));
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(10, 8, 10, 8);
    inside->setSpacing(6);
    if (links && !d.path.empty()) {
      auto* node = new QToolButton(card);
      node->setObjectName("diagnosticNode");
      node->setText(QString::fromStdString(d.path));
      node->setToolTip(tr("Show this layer on the canvas"));
      node->setAutoRaise(true);
      node->setStyleSheet("#diagnosticNode { border: none; padding: 0; }");
      QFont bold = node->font();
      bold.setWeight(QFont::DemiBold);
      node->setFont(bold);
      node->setCursor(Qt::PointingHandCursor);
      connect(node, &QToolButton::clicked, this,
              [this, path = QString::fromStdString(d.path)] { Q_EMIT nodeChosen(path); });
      inside->addWidget(node, 0, Qt::AlignLeft);
    }
    auto* message = new QLabel(QString::fromStdString(d.message), card);
    message->setTextFormat(Qt::PlainText);  // it may quote a file that came from anywhere
    message->setWordWrap(true);
    message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    inside->addWidget(message);
    for (const Fix& fix : d.fixes) {
      auto* button = new FixButton(QString::fromStdString(fix.label), card);
      connect(button, &QPushButton::clicked, this, [this, fix] { Q_EMIT fixChosen(fix); });
      inside->addWidget(button);
    }
    column_->addWidget(card);
  }
  setVisible(!diagnostics.empty());
}

}  // namespace bypath
