#include "gui/canvas/breadcrumb.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace bypath {

Breadcrumb::Breadcrumb(QWidget* parent) : QWidget(parent), steps_(new QHBoxLayout), note_(new QLabel(this)) {
  setObjectName("breadcrumb");
  setAccessibleName(tr("Where the canvas is"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 4, 12, 4);
  row->setSpacing(2);
  steps_->setSpacing(2);
  row->addLayout(steps_);
  row->addStretch();
  row->addWidget(note_);
  note_->setForegroundRole(QPalette::PlaceholderText);
}

void Breadcrumb::show(const QString& network, const QString& path, const QString& note) {
  while (QLayoutItem* old = steps_->takeAt(0)) {
    old->widget()->hide();
    old->widget()->deleteLater();  // it may be the button whose click led here
    delete old;
  }
  const auto add = [&](const QString& text, const QString& target, bool last) {
    auto* button = new QToolButton(this);
    button->setAutoRaise(true);
    button->setText(text);
    button->setToolTip(last ? QString() : tr("Go back to %1").arg(text));
    button->setFocusPolicy(Qt::NoFocus);
    QFont font = button->font();
    font.setWeight(last ? QFont::DemiBold : QFont::Normal);
    button->setFont(font);
    connect(button, &QToolButton::clicked, this, [this, target] { Q_EMIT opened(target); });
    steps_->addWidget(button);
  };
  const QStringList names = path.split('/', Qt::SkipEmptyParts);
  add(network.isEmpty() ? tr("Network") : network, {}, names.isEmpty());
  QString target;
  for (qsizetype i = 0; i < names.size(); ++i) {
    auto* arrow = new QLabel(QString("›"), this);
    arrow->setForegroundRole(QPalette::PlaceholderText);
    steps_->addWidget(arrow);
    target += (i ? "/" : "") + names[i];
    add(names[i], target, i + 1 == names.size());
  }
  note_->setText(note);
}

}  // namespace bypath
