#include "gui/app/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), icon_(new QLabel), text_(new QLabel), buttons_{new QPushButton, new QPushButton} {
  setObjectName(QStringLiteral("messageBar"));
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* close = new QToolButton;
  close->setIcon(themedIcon(QStringLiteral("close")));
  close->setToolTip(tr("Close this message"));
  close->setAccessibleName(close->toolTip());
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 8, 8, 8);
  row->setSpacing(12);
  row->addWidget(icon_);
  row->addWidget(text_, 1);
  for (QPushButton* button : buttons_) row->addWidget(button);
  row->addWidget(close);
  hide();
  connect(close, &QToolButton::clicked, this, [this] {
    dismiss();
    Q_EMIT closed();
  });
  for (size_t i = 0; i < buttons_.size(); ++i)
    connect(buttons_[i], &QPushButton::clicked, this, [this, i] {
      if (i >= actions_.size()) return;
      // The action may say something itself.
      const std::function<void()> act = actions_[i].act;
      dismiss();
      if (act) act();
    });
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &MessageBar::tint);
}

void MessageBar::say(MessageKind kind, const QString& sentence, const QString& action,
                     std::function<void()> act) {
  std::vector<MessageAction> actions;
  if (!action.isEmpty()) actions.push_back({action, std::move(act)});
  say(kind, sentence, std::move(actions));
}

void MessageBar::say(MessageKind kind, const QString& sentence, std::vector<MessageAction> actions) {
  kind_ = kind;
  actions_ = std::move(actions);
  text_->setText(sentence);
  for (size_t i = 0; i < buttons_.size(); ++i) {
    const bool used = i < actions_.size();
    buttons_[i]->setText(used ? actions_[i].text : QString());
    buttons_[i]->setVisible(used);
  }
  buttons_[0]->setProperty("primary", actions_.size() > 1);
  buttons_[0]->style()->unpolish(buttons_[0]);
  buttons_[0]->style()->polish(buttons_[0]);
  tint();
  show();
}

void MessageBar::dismiss() {
  text_->clear();
  actions_.clear();
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
  setStyleSheet(QStringLiteral("#%3 { background: %1; border: none; border-bottom: 1px solid %2; }")
                    .arg(blend(t.panel, t.*role, t.dark ? 0.2 : 0.1).name(),
                         blend(t.panel, t.*role, 0.45).name(), objectName()));
}

}  // namespace bypath
