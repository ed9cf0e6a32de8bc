#include "gui/app/project_drop.h"

#include <QDropEvent>
#include <QMimeData>
#include <QUrl>

namespace bypath {

QStringList droppedProjects(const QMimeData& data) {
  constexpr qsizetype most = 10;
  QStringList paths;
  for (const QUrl& url : data.urls()) {
    const QString path = url.toLocalFile();
    if (path.endsWith(QStringLiteral(".bypath"), Qt::CaseInsensitive) && paths.size() < most) paths << path;
  }
  return paths;
}

bool acceptProjects(QDropEvent& event) {
  if (droppedProjects(*event.mimeData()).isEmpty()) return false;
  event.setDropAction(Qt::CopyAction);
  event.accept();
  return true;
}

}  // namespace bypath
