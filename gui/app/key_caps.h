// Draws keys as caps in a list: each sequence of an item's key list one row of caps, the others behind a
// comma.
#pragma once

#include <QStyledItemDelegate>

namespace bypath {

class KeyCaps : public QStyledItemDelegate {
  Q_OBJECT
 public:
  // Of the item: a list of keys as a person reads them ("Ctrl+D"), and whether they are not the usual ones.
  enum Role { keysRole = Qt::UserRole + 20, changedRole };
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

// "Ctrl++" is Ctrl and +.
QStringList capsOf(const QString& keys);

}  // namespace bypath
