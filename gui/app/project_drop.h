// Project files, and folders of runs, dragged in from a file manager.
#pragma once

#include <QStringList>

class QDropEvent;
class QMimeData;

namespace bypath {

// Local files that end in ".bypath", at most ten.
QStringList droppedProjects(const QMimeData& data);
// Local folders, at most ten: of runs, it is hoped.
QStringList droppedFolders(const QMimeData& data);
// Takes the event as a copy, so that no file manager moves the file away; false where neither project nor
// folder is dragged.
bool acceptProjects(QDropEvent& event);

}  // namespace bypath
