// A menu of pictures: one row a choice, with its picture, its name and a sentence. Arrow keys walk, Enter and
// a click choose, a letter jumps, Escape and a click elsewhere close it.
//
//   auto* menu = new PictureMenu(parent);
//   menu->addChoice("none", picture, tr("No shortcut"), tr("The plain twin."));
//   menu->open(globalPosition, "none", [=](const QString& id) { choose(id); });
#pragma once

#include <functional>
#include <QFrame>

class QListWidget;

namespace bypath {

class PictureMenu : public QFrame {
  Q_OBJECT
 public:
  PictureMenu(const QString& title, QSize pictureSize, QWidget* parent);

  void addChoice(const QString& id, const QPixmap& picture, const QString& title, const QString& sentence);
  // Deletes itself when it closes.
  void open(QPoint global, const QString& current, std::function<void(const QString&)> chosen);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void choose();

  QListWidget* list_;
  std::function<void(const QString&)> chosen_;
};

}  // namespace bypath
