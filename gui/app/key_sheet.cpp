#include "gui/app/key_sheet.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "gui/app/key_bindings.h"
#include "gui/app/key_caps.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int commandRole = Qt::UserRole;
constexpr int wordsRole = Qt::UserRole + 1;  // what a search looks through

QTreeWidgetItem* addGroup(QTreeWidget& list, const QString& title) {
  auto* head = new QTreeWidgetItem(&list, {title});
  head->setFlags(Qt::ItemIsEnabled);
  head->setFirstColumnSpanned(true);
  head->setSizeHint(0, {0, 34});
  return head;
}

QTreeWidgetItem* addRow(QTreeWidgetItem* head, const QString& what) {
  auto* row = new QTreeWidgetItem(head, {what});
  row->setSizeHint(0, {0, 30});
  row->setData(0, commandRole, -1);
  return row;
}

// The canvas knows these without a command: they cannot be changed.
QList<std::pair<QString, QString>> mouseGestures() {
  return {
      {KeySheet::tr("Zoom at the pointer"), KeySheet::tr("wheel, or pinch")},
      {KeySheet::tr("Move the view"), KeySheet::tr("middle button, or Space, and drag")},
      {KeySheet::tr("Move the view far"), KeySheet::tr("press or drag in the minimap")},
      {KeySheet::tr("Select several layers"), KeySheet::tr("drag over the empty canvas, or Shift and click")},
      {KeySheet::tr("Move layers"), KeySheet::tr("drag one of them")},
      {KeySheet::tr("Copy layers"), KeySheet::tr("Alt and drag")},
      {KeySheet::tr("Open a block or a part"), KeySheet::tr("double-click it")},
      {KeySheet::tr("What can be done with a layer"), KeySheet::tr("right-click it")},
      {KeySheet::tr("Add a layer"), KeySheet::tr("double-click or right-click the empty canvas")},
      {KeySheet::tr("Put a layer into a wire"), KeySheet::tr("drop it on the wire; Alt: the others stay")},
      {KeySheet::tr("Connect"), KeySheet::tr("drag from port to port")},
      {KeySheet::tr("Add a connected layer"), KeySheet::tr("drag from a port to the empty canvas")},
      {KeySheet::tr("Unplug a wire"), KeySheet::tr("drag its end off the input")},
      {KeySheet::tr("Break all wires of a port"), KeySheet::tr("Alt and click the port")}};
}

}  // namespace

KeySheet::KeySheet(KeyBindings& bindings, QWidget* parent)
    : QDialog(parent),
      bindings_(bindings),
      search_(new QLineEdit),
      list_(new QTreeWidget),
      message_(new QLabel) {
  setWindowTitle(tr("Keys"));
  resize(680, 720);
  search_->setPlaceholderText(tr("Search commands and keys"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setClearButtonEnabled(true);
  search_->installEventFilter(this);
  list_->setColumnCount(2);
  list_->setHeaderHidden(true);
  list_->setRootIsDecorated(false);
  list_->setIndentation(0);
  list_->setItemsExpandable(false);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("Commands and their keys"));
  list_->setItemDelegateForColumn(1, new KeyCaps(list_));
  list_->header()->setStretchLastSection(true);
  list_->header()->resizeSection(0, 280);
  list_->installEventFilter(this);
  auto* top = new QWidget;
  auto* topRow = new QHBoxLayout(top);
  topRow->setContentsMargins(16, 14, 16, 10);
  topRow->addWidget(search_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(top);
  column->addWidget(list_, 1);
  column->addWidget(makeFoot());
  fill();
  connect(search_, &QLineEdit::textChanged, this, &KeySheet::filter);
  connect(list_, &QTreeWidget::itemClicked, this, &KeySheet::listen);
  connect(list_, &QTreeWidget::currentItemChanged, this, [this] {
    if (state_ == State::rest) refresh();
  });
  connect(&bindings_, &KeyBindings::changed, this, &KeySheet::refresh);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &KeySheet::refresh);
}

QWidget* KeySheet::makeFoot() {
  noKey_ = new QPushButton(tr("No key"));
  take_ = new QPushButton(tr("Take it over"));
  leave_ = new QPushButton(tr("Leave it"));
  reset_ = new QPushButton(tr("Reset"));
  resetAll_ = new QPushButton(tr("Reset all"));
  noKey_->setObjectName(QStringLiteral("noKey"));
  take_->setObjectName(QStringLiteral("takeKey"));
  leave_->setObjectName(QStringLiteral("leaveKey"));
  reset_->setObjectName(QStringLiteral("resetKey"));
  resetAll_->setObjectName(QStringLiteral("resetKeys"));
  noKey_->setFocusPolicy(Qt::NoFocus);  // the list goes on listening until it is clicked
  take_->setProperty("primary", true);
  reset_->setToolTip(tr("Give the selected command its usual keys again"));
  resetAll_->setToolTip(tr("Give every command its usual keys again"));
  message_->setWordWrap(true);
  message_->setObjectName(QStringLiteral("keyMessage"));
  auto* foot = new QFrame;
  foot->setObjectName(QStringLiteral("keyFoot"));
  auto* row = new QHBoxLayout(foot);
  row->setContentsMargins(16, 10, 16, 12);
  row->setSpacing(8);
  row->addWidget(message_, 1);
  for (QPushButton* button : {noKey_, take_, leave_, reset_, resetAll_}) {
    button->setAutoDefault(false);
    row->addWidget(button);
  }
  foot->setMinimumHeight(56);
  connect(noKey_, &QPushButton::clicked, this, [this] { give({}); });
  connect(take_, &QPushButton::clicked, this, [this] { give(pending_); });
  connect(leave_, &QPushButton::clicked, this, [this] { rest(); });
  connect(reset_, &QPushButton::clicked, this, &KeySheet::resetCurrent);
  connect(resetAll_, &QPushButton::clicked, this, [this] {
    bindings_.resetAll();
    rest(tr("All commands have their usual keys again."));
  });
  return foot;
}

void KeySheet::fill() {
  QTreeWidgetItem* head = nullptr;
  const auto addMouse = [this] {
    QTreeWidgetItem* mouse = addGroup(*list_, tr("Mouse on the canvas"));
    for (const auto& [what, how] : mouseGestures()) {
      QTreeWidgetItem* row = addRow(mouse, what);
      row->setText(1, how);
      row->setFlags(Qt::ItemIsEnabled);
      row->setData(0, wordsRole, mouse->text(0) + QLatin1Char(' ') + what + QLatin1Char(' ') + how);
    }
  };
  const auto& commands = bindings_.commands();
  for (int i = 0; i < int(commands.size()); ++i) {
    const KeyBindings::Command& command = commands[size_t(i)];
    if (!head || head->text(0) != command.group) {
      if (list_->topLevelItemCount() == 1) addMouse();  // behind the canvas's own keys
      head = addGroup(*list_, command.group);
    }
    addRow(head, command.title)->setData(0, commandRole, i);
  }
  list_->expandAll();
  rest();
}

QTreeWidgetItem* KeySheet::row(int command) const {
  for (QTreeWidgetItemIterator it(list_); *it; ++it)
    if ((*it)->parent() && (*it)->data(0, commandRole).toInt() == command) return *it;
  return nullptr;
}

QString KeySheet::message() const {
  return message_->text();
}

int KeySheet::current() const {
  const QTreeWidgetItem* row = list_->currentItem();
  return row && row->parent() ? row->data(0, commandRole).toInt() : -1;
}

void KeySheet::refresh() {
  const Theme& t = theme();
  for (QTreeWidgetItemIterator it(list_); *it; ++it) {
    QTreeWidgetItem* row = *it;
    if (!row->parent()) {
      QFont font = list_->font();
      font.setWeight(QFont::DemiBold);
      row->setFont(0, font);
      row->setForeground(0, t.textMuted);
      continue;
    }
    const int i = row->data(0, commandRole).toInt();
    if (i < 0) {
      row->setForeground(1, t.textMuted);
      continue;
    }
    const bool listening = state_ == State::listening && i == command_;
    QStringList keys;
    for (const QKeySequence& key : bindings_.keys(i)) keys << key.toString(QKeySequence::NativeText);
    const bool asked = state_ == State::taken && i == command_;
    row->setData(1, KeyCaps::keysRole,
                 listening ? QStringList()
                 : asked   ? QStringList{pending_.toString(QKeySequence::NativeText)}
                           : keys);
    row->setData(1, KeyCaps::changedRole, asked || bindings_.isChanged(i));
    row->setText(1, listening ? tr("Press the new keys") : QString());
    row->setForeground(1, t.accent);
    row->setToolTip(1, tr("Click to change"));
    const KeyBindings::Command& command = bindings_.commands()[size_t(i)];
    row->setData(1, Qt::AccessibleTextRole, keys.isEmpty() ? tr("no key") : keys.join(QStringLiteral(", ")));
    row->setData(
        0, wordsRole,
        command.group + QLatin1Char(' ') + command.title + QLatin1Char(' ') + keys.join(QLatin1Char(' ')));
  }
  noKey_->setVisible(state_ == State::listening);
  take_->setVisible(state_ == State::taken);
  leave_->setVisible(state_ == State::taken);
  reset_->setVisible(state_ == State::rest);
  resetAll_->setVisible(state_ == State::rest);
  reset_->setEnabled(current() >= 0 && bindings_.isChanged(current()));
  resetAll_->setEnabled(bindings_.anyChanged());
}

void KeySheet::filter() {
  const QStringList words = search_->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
  QTreeWidgetItem* first = nullptr;
  for (int g = 0; g < list_->topLevelItemCount(); ++g) {
    QTreeWidgetItem* head = list_->topLevelItem(g);
    bool any = false;
    for (int i = 0; i < head->childCount(); ++i) {
      QTreeWidgetItem* row = head->child(i);
      const QString all = row->data(0, wordsRole).toString();
      const bool found = std::all_of(words.begin(), words.end(), [&](const QString& word) {
        return all.contains(word, Qt::CaseInsensitive);
      });
      row->setHidden(!found);
      any = any || found;
      if (found && !first && row->data(0, commandRole).toInt() >= 0) first = row;
    }
    head->setHidden(!any);
  }
  if (first) list_->setCurrentItem(first);
  list_->scrollToTop();
  rest(first ? QString() : tr("No command that can be changed is called that."));
}

void KeySheet::listen(QTreeWidgetItem* row) {
  if (!row || !row->parent()) return rest();
  command_ = row->data(0, commandRole).toInt();
  if (command_ < 0) return rest(tr("What the mouse does stays as it is."));
  state_ = State::listening;
  list_->setCurrentItem(row);
  list_->setFocus(Qt::OtherFocusReason);
  message_->setText(tr("Press the new keys for “%1”. Esc leaves them as they are.")
                        .arg(bindings_.commands()[size_t(command_)].title));
  refresh();
}

void KeySheet::hear(const QKeyEvent& event) {
  const QKeySequence key = pressedKey(event);
  if (key.isEmpty()) return;
  if (key == QKeySequence(Qt::Key_Escape)) return rest();
  if (key == QKeySequence(Qt::Key_Space))
    return message_->setText(tr("Space and a drag move the view; choose another key."));
  const int other = bindings_.holder(key, command_);
  if (other < 0) return give(key);
  pending_ = key;
  state_ = State::taken;
  message_->setText(
      tr("%1 is the key of “%2”.")
          .arg(key.toString(QKeySequence::NativeText), bindings_.commands()[size_t(other)].title));
  refresh();
  take_->setFocus(Qt::OtherFocusReason);
}

void KeySheet::give(const QKeySequence& key) {
  const int command = command_;
  const QString title = bindings_.commands()[size_t(command)].title;
  state_ = State::rest;
  bindings_.assign(command, key);
  rest(key.isEmpty() ? tr("“%1” has no key now.").arg(title)
                     : tr("“%1” is %2 now.").arg(title, key.toString(QKeySequence::NativeText)));
}

void KeySheet::rest(const QString& message) {
  state_ = State::rest;
  if (take_->hasFocus() || leave_->hasFocus()) list_->setFocus(Qt::OtherFocusReason);
  message_->setText(message.isEmpty() ? tr("Click a command, or press Enter on it, to change its keys.")
                                      : message);
  refresh();
}

void KeySheet::resetCurrent() {
  const int command = current();
  if (command < 0) return;
  const auto title = [this](int i) { return bindings_.commands()[size_t(i)].title; };
  QString said = tr("“%1” has its usual keys again.").arg(title(command));
  for (const QKeySequence& key : bindings_.commands()[size_t(command)].usual)
    if (const int other = bindings_.holder(key, command); other >= 0)
      said += QLatin1Char(' ') +
              tr("%1 was the key of “%2”.").arg(key.toString(QKeySequence::NativeText), title(other));
  bindings_.reset(command);
  rest(said);
}

void KeySheet::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  rest();
  search_->setFocus(Qt::OtherFocusReason);
  search_->selectAll();
}

void KeySheet::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && state_ == State::taken) return rest();
  QDialog::keyPressEvent(event);
}

bool KeySheet::eventFilter(QObject* watched, QEvent* event) {
  if (watched == list_ && state_ == State::listening) {
    if (event->type() == QEvent::ShortcutOverride) {
      event->accept();
      return true;
    }
    if (event->type() == QEvent::KeyPress) {
      hear(*static_cast<QKeyEvent*>(event));
      return true;
    }
    if (event->type() == QEvent::FocusOut &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason)
      rest();
  } else if (watched == list_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      listen(list_->currentItem());
      return true;
    }
  } else if (watched == search_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
      list_->setFocus(Qt::OtherFocusReason);
      if (!list_->currentItem() && list_->topLevelItemCount() > 0)
        list_->setCurrentItem(list_->topLevelItem(0)->child(0));
      return true;
    }
  }
  return QDialog::eventFilter(watched, event);
}

}  // namespace bypath
