#include "gui/lessons/action_box.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int iconSize = 16;

QLabel* wrapped(const char* role = nullptr) {
  auto* label = new QLabel;
  label->setWordWrap(true);
  if (role) label->setProperty("role", role);
  return label;
}

}  // namespace

ActionBox::ActionBox(QWidget* parent)
    : QFrame(parent),
      sign_(new QLabel),
      head_(new QLabel),
      text_(wrapped()),
      button_(new QPushButton),
      where_(wrapped("caption")),
      progress_(wrapped("caption")) {
  setObjectName(QStringLiteral("lessonAction"));
  button_->setObjectName(QStringLiteral("lessonCommand"));
  button_->setAutoDefault(true);
  text_->setTextFormat(Qt::MarkdownText);
  auto* head = new QHBoxLayout;
  head->setSpacing(6);
  head->addWidget(sign_);
  head->addWidget(head_, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(12, 10, 12, 12);
  column->setSpacing(6);
  column->addLayout(head);
  column->addWidget(text_);
  column->addWidget(button_);
  column->addWidget(where_);
  column->addWidget(progress_);
  connect(button_, &QPushButton::clicked, this, &ActionBox::pressed);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &ActionBox::tint);
  setProgress({});
  tint();
}

void ActionBox::ask(const QString& text, const CommandWords& words) {
  text_->setText(text);
  button_->setText(words.label);
  button_->setVisible(!words.label.isEmpty());
  where_->setText(words.where);
  where_->setVisible(!words.where.isEmpty());
  button_->setAccessibleDescription(words.where);
}

void ActionBox::setDone(bool done) {
  if (done) setProgress({});
  done_ = done;
  tint();
}

void ActionBox::setCommandEnabled(bool enabled) {
  button_->setEnabled(enabled);
}

void ActionBox::setProgress(const QString& text) {
  progress_->setText(text);
  progress_->setVisible(!text.isEmpty());
}

QString ActionBox::progressText() const {
  return progress_->text();
}

void ActionBox::tint() {
  const Theme& t = theme();
  QColor Theme::*role = done_ ? &Theme::good : &Theme::accent;
  head_->setText(done_ ? tr("Done") : tr("Your turn"));
  setAccessibleName(head_->text());
  sign_->setPixmap(themedIcon(done_ ? QStringLiteral("check") : QStringLiteral("chevron-right"), role)
                       .pixmap(iconSize, iconSize));
  button_->setProperty("primary", !done_);
  button_->style()->unpolish(button_);
  button_->style()->polish(button_);
  setStyleSheet(
      QStringLiteral("#lessonAction { background: %1; border: 1px solid %2; border-radius: 8px; }")
          .arg(blend(t.panel, t.*role, t.dark ? 0.12 : 0.06).name(), blend(t.panel, t.*role, 0.5).name()));
  QFont font = head_->font();
  font.setWeight(QFont::DemiBold);
  head_->setFont(font);
}

}  // namespace bypath
