// The files that were opened or saved last: name, folder, and when the file was last changed. A click or
// Enter opens one.
#pragma once

#include <QDateTime>
#include <QListWidget>

namespace bypath {

class RecentList : public QListWidget {
  Q_OBJECT
 public:
  static constexpr int lineHeight = 46;

  explicit RecentList(QWidget* parent = nullptr);
  void refresh();

 Q_SIGNALS:
  void fileRequested(const QString& path);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void request(const QListWidgetItem* item);
};

// "12 minutes ago", "today, 10:41", "yesterday, 18:02", or the date.
QString whenText(const QDateTime& then, const QDateTime& now);
// The folder of a file as a person knows it: "~/networks".
QString folderText(const QString& path);

}  // namespace bypath
