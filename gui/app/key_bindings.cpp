#include "gui/app/key_bindings.h"

#include <algorithm>
#include <QAction>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QSettings>

namespace bypath {

namespace {

QString settingOf(const KeyBindings::Command& command) {
  return QStringLiteral("keys/") + command.id;
}

QString plainTitle(const QAction& action) {
  QString title = action.iconText();
  title.remove(QLatin1Char('&')).remove(QChar(0x2026)).remove(QStringLiteral("..."));
  return title.trimmed();
}

QString idOf(const QAction& action) {
  if (!action.objectName().isEmpty()) return action.objectName();
  static const QRegularExpression between(QStringLiteral("[^a-z0-9]+"));
  return plainTitle(action).toLower().replace(between, QStringLiteral("-"));
}

QString tipKey(const QList<QKeySequence>& keys) {
  return keys.isEmpty() ? QString()
                        : QStringLiteral(" (%1)").arg(keys.first().toString(QKeySequence::NativeText));
}

std::vector<KeyBindings*>& living() {
  static std::vector<KeyBindings*> list;
  return list;
}

}  // namespace

KeyBindings::KeyBindings(QObject* parent) : QObject(parent) {
  living().push_back(this);
}

KeyBindings::~KeyBindings() {
  std::erase(living(), this);
}

void KeyBindings::add(const QString& groupId, const QString& group, const QList<QAction*>& actions) {
  for (QAction* action : actions) {
    Command command{groupId + QLatin1Char('/') + idOf(*action),
                    group,
                    plainTitle(*action),
                    action,
                    action->shortcuts(),
                    {}};
    const QString key = tipKey(command.usual), tip = action->toolTip();
    if (tip.endsWith(key)) command.tip = tip.chopped(key.size());
    commands_.push_back(command);
  }
  load();
}

void KeyBindings::load() {
  const QSettings settings;
  for (const Command& command : commands_) {
    const QVariant chosen = settings.value(settingOf(command));
    auto list = chosen.isValid() ? QKeySequence::listFromString(chosen.toString(), QKeySequence::PortableText)
                                 : command.usual;
    list.removeAll(QKeySequence());  // an empty text is one empty key
    command.action->setShortcuts(list);
  }
  // A later version may give a chosen key to a command of its own: the person's choice stands.
  for (int i = 0; i < int(commands_.size()); ++i)
    if (isChanged(i))
      for (const QKeySequence& key : keys(i))
        if (const int other = holder(key, i); other >= 0 && !isChanged(other)) {
          QList<QKeySequence> rest = keys(other);
          rest.removeAll(key);
          commands_[size_t(other)].action->setShortcuts(rest);
        }
  for (int i = 0; i < int(commands_.size()); ++i) showInTip(i);
}

void KeyBindings::tell() {
  for (KeyBindings* other : living())
    if (other != this) {
      other->load();
      Q_EMIT other->changed();
    }
  Q_EMIT changed();
}

int KeyBindings::find(const QString& id) const {
  const auto found =
      std::find_if(commands_.begin(), commands_.end(), [&](const Command& c) { return c.id == id; });
  return found == commands_.end() ? -1 : int(found - commands_.begin());
}

QList<QKeySequence> KeyBindings::keys(int command) const {
  return commands_[size_t(command)].action->shortcuts();
}

QString KeyBindings::keyText(const QString& id) const {
  const int command = find(id);
  const QList<QKeySequence> list = command < 0 ? QList<QKeySequence>() : keys(command);
  return list.isEmpty() ? QString() : list.first().toString(QKeySequence::NativeText);
}

bool KeyBindings::isChanged(int command) const {
  return keys(command) != commands_[size_t(command)].usual;
}

bool KeyBindings::anyChanged() const {
  for (int i = 0; i < int(commands_.size()); ++i)
    if (isChanged(i)) return true;
  return false;
}

int KeyBindings::holder(const QKeySequence& key, int besides) const {
  for (int i = 0; i < int(commands_.size()); ++i)
    if (i != besides && keys(i).contains(key)) return i;
  return -1;
}

void KeyBindings::set(int command, const QList<QKeySequence>& list) {
  const Command& c = commands_[size_t(command)];
  c.action->setShortcuts(list);
  QSettings settings;
  if (list == c.usual)
    settings.remove(settingOf(c));
  else
    settings.setValue(settingOf(c), QKeySequence::listToString(list, QKeySequence::PortableText));
  showInTip(command);
}

void KeyBindings::showInTip(int command) {
  const Command& c = commands_[size_t(command)];
  if (!c.tip.isEmpty()) c.action->setToolTip(c.tip + tipKey(keys(command)));
}

void KeyBindings::takeFromOthers(int command, const QList<QKeySequence>& list) {
  for (const QKeySequence& key : list)
    for (int other = holder(key, command); other >= 0; other = holder(key, command)) {
      QList<QKeySequence> rest = keys(other);
      rest.removeAll(key);
      set(other, rest);
    }
}

void KeyBindings::assign(int command, const QKeySequence& key) {
  const QList<QKeySequence> list = key.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{key};
  takeFromOthers(command, list);
  set(command, list);
  tell();
}

void KeyBindings::reset(int command) {
  const QList<QKeySequence> usual = commands_[size_t(command)].usual;
  takeFromOthers(command, usual);
  set(command, usual);
  tell();
}

void KeyBindings::resetAll() {
  for (int i = 0; i < int(commands_.size()); ++i) set(i, commands_[size_t(i)].usual);
  tell();
}

QKeySequence pressedKey(const QKeyEvent& event) {
  const int key = event.key();
  if (key == 0 || key == Qt::Key_unknown || (key >= Qt::Key_Shift && key <= Qt::Key_ScrollLock) ||
      (key >= Qt::Key_Super_L && key <= Qt::Key_Hyper_R) || key == Qt::Key_AltGr)
    return {};
  const auto modifiers =
      event.modifiers() & (Qt::ShiftModifier | Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
  if (key == Qt::Key_Backtab) return QKeySequence(modifiers | Qt::ShiftModifier | Qt::Key_Tab);
  // Shift is part of how "?" is typed, but not of how "A" is.
  const bool symbol = key > Qt::Key_Space && key < Qt::Key_ydiaeresis && !QChar(key).isLetter();
  return QKeySequence((symbol ? modifiers & ~Qt::KeyboardModifiers(Qt::ShiftModifier) : modifiers) |
                      Qt::Key(key));
}

}  // namespace bypath
