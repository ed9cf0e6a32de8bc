#include "gui/app/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), icon_(new QLabel), text_(new QLabel), button_(new QPushButton) {
  setObjectName(QStringLiteral("messageBar"));
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* close = new QToolButton;
  close->setIcon(themedIcon(QStringLiteral("close")));
  close->setToolTip(tr("Close this message"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 8, 8, 8);
  row->setSpacing(12);
  row->addWidget(icon_, 0, Qt::AlignTop);
  row->addWidget(text_, 1);
  row->addWidget(button_);
  row->addWidget(close);
  hide();
  connect(close, &QToolButton::clicked, this, &MessageBar::dismiss);
  connect(button_, &QPushButton::clicked, this, [this] {
    // The action may say something itself.
    const std::function<void()> act = act_;
    dismiss();
    if (act) act();
  });
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &MessageBar::tint);
}

void MessageBar::say(MessageKind kind, const QString& sentence, const QString& action,
                     std::function<void()> act) {
  kind_ = kind;
  act_ = std::move(act);
  text_->setText(sentence);
  button_->setText(action);
  button_->setVisible(!action.isEmpty());
  tint();
  show();
}

void MessageBar::dismiss() {
  text_->clear();
  hide();
}

QString MessageBar::text() const {
  return text_->text();
}

void MessageBar::tint() {
  QColor Theme::*role = kind_ == MessageKind::error     ? &Theme::error
                        : kind_ == MessageKind::warning ? &Theme::warning
                                                        : &Theme::accent;
  const Theme& t = theme();
  const QString icon = kind_ == MessageKind::info ? QStringLiteral("info") : QStringLiteral("warning");
  icon_->setPixmap(themedIcon(icon, role).pixmap(18, 18));
  setStyleSheet(
      QStringLiteral("#messageBar { background: %1; border: none; border-bottom: 1px solid %2; }")
          .arg(blend(t.panel, t.*role, t.dark ? 0.2 : 0.1).name(), blend(t.panel, t.*role, 0.45).name()));
}

}  // namespace bypath
