// Blocks a person has saved to the palette: pieces of networks, one file each, shared by all windows of the
// program and by its next starts.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include "core/base/result.h"

namespace bypath {

// Before a block's name, where a layer type's id stands otherwise: in drags, menus and the palette.
inline constexpr char ownBlockPrefix[] = "own:";

class OwnBlocks : public QObject {
  Q_OBJECT
 public:
  explicit OwnBlocks(QString folder, QObject* parent = nullptr)
      : QObject(parent), folder_(std::move(folder)) {}

  QStringList names() const;  // sorted
  // The nodes, wires and places as a project's text (CanvasEdits::copy). Errors: no such block, unreadable.
  Result<QString> text(const QString& name) const;
  // Refuses a name that cannot be a node's. An older block of that name is replaced.
  Result<void> save(const QString& name, const QString& text);
  Result<void> remove(const QString& name);

 Q_SIGNALS:
  void changed();

 private:
  QString pathOf(const QString& name) const;

  QString folder_;
};

// Those of the person who runs the program.
OwnBlocks& ownBlocks();

}  // namespace bypath
