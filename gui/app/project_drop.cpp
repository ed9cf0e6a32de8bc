#include "gui/app/project_drop.h"

#include <functional>
#include <QDropEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace bypath {

namespace {

QStringList localPaths(const QMimeData& data, const std::function<bool(const QString&)>& wanted) {
  constexpr qsizetype most = 10;
  QStringList paths;
  for (const QUrl& url : data.urls())
    if (const QString path = url.toLocalFile(); !path.isEmpty() && wanted(path) && paths.size() < most)
      paths << path;
  return paths;
}

}  // namespace

QStringList droppedProjects(const QMimeData& data) {
  return localPaths(data, [](const QString& path) {
    return path.endsWith(QStringLiteral(".bypath"), Qt::CaseInsensitive) && !QFileInfo(path).isDir();
  });
}

QStringList droppedFolders(const QMimeData& data) {
  return localPaths(data, [](const QString& path) { return QFileInfo(path).isDir(); });
}

bool acceptProjects(QDropEvent& event) {
  const QMimeData& data = *event.mimeData();
  if (droppedProjects(data).isEmpty() && droppedFolders(data).isEmpty()) return false;
  event.setDropAction(Qt::CopyAction);
  event.accept();
  return true;
}

}  // namespace bypath
