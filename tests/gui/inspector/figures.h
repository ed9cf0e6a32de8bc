// What a page writes to a file, read back.
#pragma once

#include <functional>
#include <QFile>
#include <QTemporaryDir>

#include "core/base/result.h"

namespace bypath {

inline QByteArray writtenFigure(const QString& name,
                                const std::function<Result<void>(const QString& path)>& write) {
  const QTemporaryDir folder;
  const Result<void> done = write(folder.filePath(name));
  QFile file(folder.filePath(name));
  return done && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace bypath
