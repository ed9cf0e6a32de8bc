// A menu one types into: a filter line above a list. Closes on a choice, on Escape and on a click elsewhere.
//
//   menu->open(globalPosition, tr("Add a layer"), entries, [=](const QString& id) { add(id); });
#pragma once

#include <functional>
#include <QColor>
#include <QFrame>
#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;

namespace bypath {

struct SearchEntry {
  QString id;
  QString label;
  QString detail;  // muted, behind the label; searched too
  QString toolTip;
  QColor colour;  // of the chip in front
};

class SearchMenu : public QFrame {
  Q_OBJECT
 public:
  explicit SearchMenu(QWidget* parent);

  void open(QPoint global, const QString& prompt, std::vector<SearchEntry> entries,
            std::function<void(const QString&)> chosen);
  QStringList shownIds() const;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void filter();
  void choose();

  QLineEdit* line_;
  QListWidget* list_;
  std::vector<SearchEntry> entries_;
  std::function<void(const QString&)> chosen_;
};

// How well an entry answers what was typed: 0 not at all, more is better. Every word must occur.
int searchScore(const SearchEntry& entry, const QString& typed);
// A rounded square in a layer group's colour.
QIcon colourChip(const QColor& colour);

}  // namespace bypath
