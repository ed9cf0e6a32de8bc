// Makes the pages that look inside a trained network, puts them into the workbench, and answers each.
//
//   InsideBench bench({editor, shelf, trainer}, *workbench);
//   connect(&bench, &InsideBench::nodeRequested, canvas, ...);
#pragma once

#include "core/inspection/check_up.h"
#include "gui/app/inside_service.h"

namespace bypath {

class InsideWorkbench;
class DoctorPage;
class LayersPage;

class InsideBench : public QObject {
  Q_OBJECT
 public:
  InsideBench(const InsideService::Desk& desk, InsideWorkbench& workbench, QObject* parent = nullptr);

  // Of the pages, as the workbench shows them.
  static QStringList pageNames();

  // What is selected on the canvas, for the page that shows a layer.
  void follow(const QString& drawnPath);
  // A check-up that was not asked for on its page.
  void showCheckUp(const CheckUp& found, const QString& source);

 Q_SIGNALS:
  void nodeRequested(const QString& path);  // a layer or block to select on the canvas
  // A run of the very network that is open has been examined.
  void examined(const std::vector<bypath::Finding>& findings);

 private:
  void addPaths();
  void addLesions();
  void addTwins();
  void addDoctor();
  void addLandscape();
  void addShattered();
  // In inside_bench_images.cpp:
  void addMistakes();
  void addLayers();
  void addLatent();

  RunOrder orderOf(const QString& folder) const;  // empty where the name is

  InsideService::Desk desk_;
  InsideWorkbench& workbench_;
  LayersPage* layers_ = nullptr;
  DoctorPage* doctor_ = nullptr;
};

}  // namespace bypath
