// Makes the pages that look inside a trained network, puts them into the workbench, and answers each.
//
//   InsideBench bench({editor, shelf, trainer}, *workbench);
//   connect(&bench, &InsideBench::nodeRequested, canvas, ...);
#pragma once

#include "gui/app/inside_service.h"

namespace bypath {

class InsideWorkbench;

class InsideBench : public QObject {
  Q_OBJECT
 public:
  InsideBench(const InsideService::Desk& desk, InsideWorkbench& workbench, QObject* parent = nullptr);

  // Of the pages, as the workbench shows them.
  static QStringList pageNames();

 Q_SIGNALS:
  void nodeRequested(const QString& path);  // a layer or block to select on the canvas

 private:
  void addPaths();
  void addLesions();

  InsideService::Desk desk_;
  InsideWorkbench& workbench_;
};

}  // namespace bypath
